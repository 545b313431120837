"""Programs, services and statutes that everybody knows, and models take for people, towns and firms.

    export the report from Xero    You are Claude Code, …    under Sarbanes-Oxley    the Sharpe ratio

Nobody hides that a ledger is kept in Xero, and a system prompt or a tool's description has to arrive as it was written.
What is somebody's name as well (`Jenkins`, `Watson`) is in no list but that of assistants. This module is tables.
"""

from __future__ import annotations

from typing import Final

from grille.detectors.words import listed

PROGRAMS: Final = listed(
    """
    1password activecampaign adobe airbyte airflow airtable algolia amplitude angular ansible anthropic ariba arize
    auth0 aweber azure backblaze bamboohr basecamp bazel bigcommerce bigquery bitbucket bitwarden boomi boto calendly
    canva celery celonis chargebee circleci clickhouse clickup cloudflare cloudinary codecov cohere conda confluence
    contentful couchbase coupa cython databricks datadog dbeaver debian deepseek dext dialpad discord docker docusign
    dodd-frank dropbox dynamodb eclipse elasticsearch eslint evernote excel expensify fastapi fastly fedora figma
    firebase firefox fivetran freshbooks freshdesk freshsales freshservice gcp ghostscript github gitlab
    glass-steagall gmail godaddy gpt-4 gpt-4o gpt-5 gradle grafana gramm-leach-bliley graphql groq gsm8k gusto hadoop
    hashicorp heroku hibernate hootsuite hubdoc hubspot influxdb instagram intellij intercom istio java javascript
    jinja jira jotform jupyter kafka kibana klaviyo kotlin kubernetes langchain langfuse langgraph laravel lastpass
    lightspeed linkedin linkerd linux llama logstash lombok looker lucidchart macos magento mailchimp mailgun marketo
    matplotlib mattermost metabase metamask midjourney milvus mixpanel mmlu mongodb moodle mozilla mulesoft mypy mysql
    netlify netsuite newrelic nextjs nginx node.js notepad npm numpy nutanix nuxt odoo okta ollama onedrive onenote
    openai openapi opensearch openssl opsgenie outlook pagerduty pandadoc pardot parquet paychex paycom paylocity
    phpmyadmin pinecone pinterest pipedrive postgres postgresql postman powerbi powerpoint powershell presidio
    prestashop prisma procore prometheus pulumi pydantic pypi pypy pytest python pytorch qdrant qlik qualtrics
    quickbooks quicken rabbitmq reactjs reddit redis redshift retool rippling rstudio salesforce salesloft sap
    sarbanes-oxley scikit sendgrid sentry servicenow sharepoint shopify skype slack smartsheet snapchat snowflake
    solarwinds sonarqube splunk spotify sqlite sqlserver squarespace stackoverflow supabase surveymonkey svelte
    swagger tableau tailwind tavily telegram tensorflow terraform tiktok tipalti trello twilio typeform typescript
    ubuntu uipath upstash vercel vertex vimeo vmware vue weaviate webex webflow webpack whatsapp wix woocommerce
    wordpress workato workday wrike xcode xero youtube zapier zendesk zoho zoominfo
    """
)
"""What is nobody, nowhere and no secret."""

HOUSES: Final = listed(
    """
    accenture adp adyen affirm avalara avaloq backbase binance bloomberg brex calypso checkout.com coinbase deloitte
    etsy factset finastra fiverr gartner hyundai jumio klarna kpmg kraken mambu marqeta marriott mastercard mckinsey
    moneygram monzo murex nasdaq onfido payoneer paypal paysafe plaid pwc razorpay refinitiv revolut robinhood stripe
    sumup temenos tesla tradeshift uber unionpay upwork venmo worldpay zelle
    """
)
"""Firms that are no people and no places; a firm each may be to a policy."""

ASSISTANTS: Final = listed("alexa bard bixby chatgpt claude copilot cortana gemini grok siri")
"""Who is spoken to and of in every prompt. A colleague who is called so is found by both names, and is an accepted
miss by this one alone."""

MODELS: Final = listed("code desktop flash haiku instant opus pro sonnet ultra")
"""What stands behind the name of an assistant."""

LAWS: Final = listed(
    """
    algorithm equation equilibrium formula hierarchy hypothesis inequality law lemma principle razor theorem
    """
)
"""What somebody has found: `Bayes' theorem`, and without a mark of possession as well."""

THINGS: Final = listed(
    """
    amendment chart coding criterion curve diagram distribution effect estimator filter filters index matrix method
    model notation pipeline prior process ratio rule sequence series simulation simulations statistic transform tree
    trees
    """
)
"""What is called after somebody, and was somebody's if it is said so: `the Sharpe ratio`, not `Priya's model`."""
