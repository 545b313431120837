"""Tokens as their vendors document them: prefix, alphabet, length. Each is made while the test runs, out of what
its row says and letters drawn from the vendor's name, so that no token stands in this file."""

from __future__ import annotations

import string
from collections.abc import Iterator
from hashlib import sha256
from random import Random

import pytest
import regex

from grille.detectors import Detectors, build, find_all
from grille.entities import Entity
from grille.exchange import Kind, Segment
from windows import by_characters, found

ALPHABETS = {
    "a": string.ascii_letters + string.digits,
    "w": string.ascii_letters + string.digits + "_-",
    "b": string.ascii_letters + string.digits + "+/",
    "l": string.ascii_lowercase + string.digits,
    "u": string.ascii_uppercase + string.digits,
    "h": "0123456789abcdef",
    "d": "123456789",
    "t": string.ascii_lowercase + "234567",
}
"""`<a20>` in a row is twenty letters and digits."""
UUID = "<h8>-<h4>-<h4>-<h4>-<h12>"
ROWS = """
AI_KEY Anyscale esecret_<a26>
AI_KEY Apify apify_api_<a36>
AI_KEY Browserbase bb_live_<w27>
AI_KEY Cerebras csk-<l48>
AI_KEY Chroma ck-<a44>
AI_KEY E2B e2b_<h40>
AI_KEY ElevenLabs sk_<h48>
AI_KEY Firecrawl fc-<h32>
AI_KEY Fireworks fw_<a22>3
AI_KEY Groq gsk_<a52>
AI_KEY HuggingFace hf_<a34>
AI_KEY HuggingFaceOrg api_org_<a34>
AI_KEY Jina jina_<a60>
AI_KEY Langfuse sk-lf-{UUID}
AI_KEY LangSmith lsv2_pt_<h32>_<h10>
AI_KEY NVIDIA nvapi-<w64>
AI_KEY OpenRouter sk-or-v1-<h64>
AI_KEY Perplexity pplx-<a48>
AI_KEY Pinecone pcsk_<a6>_<a63>
AI_KEY Replicate r8_<a37>
AI_KEY RunPod rpa_<u44>
AI_KEY Tavily tvly-dev-<a32>
AI_KEY Together tgp_v1_<w43>
AI_KEY Voyage pa-<w41>A1
AI_KEY xAI xai-<a80>
ANTHROPIC_KEY Anthropic sk-ant-api03-<w93>AA
OPENAI_KEY OpenAI sk-proj-<w74>T3BlbkFJ<w74>
OPENAI_KEY OpenAIService sk-svcacct-<w74>T3BlbkFJ<w74>
OPENAI_KEY OpenAILegacy sk-<a20>T3BlbkFJ<a20>
OPENAI_KEY DeepSeek sk-<h32>
AWS_ACCESS_KEY AWS AKIA<u16>
AWS_ACCESS_KEY AWSTemporary ASIA<u16>
AZURE_SECRET AzureStorage <b86>==
AZURE_SECRET Entra <a3>8Q~<a34>
BUILD_TOKEN AzureDevOps <a76>AZDO<a4>
BUILD_TOKEN Bitbucket ATBB<a32>
BUILD_TOKEN Buildkite bkua_<h40>
BUILD_TOKEN CircleCI CCIPAT_<a22>_<h40>
BUILD_TOKEN Clojars CLOJARS_<l60>
BUILD_TOKEN CratesIo cio<a32>
BUILD_TOKEN Deno ddp_<a36>
BUILD_TOKEN DockerHub dckr_pat_<w27>
BUILD_TOKEN GitLab glpat-<w20>
BUILD_TOKEN GitLabRoutable glpat-<w27>.<l2>.<l9>
BUILD_TOKEN GitLabRunner glrt-<w20>
BUILD_TOKEN GitLabRegistration GR1348941<w20>
BUILD_TOKEN Harness pat.<w22>.<h24>.<a20>
BUILD_TOKEN Artifactory AKCp<a69>
BUILD_TOKEN npm npm_<a36>
BUILD_TOKEN NuGet oy2<l43>
BUILD_TOKEN Postman PMAK-<h24>-<h34>
BUILD_TOKEN Prefect pnu_<a36>
BUILD_TOKEN PyPI pypi-AgEIcHlwaS5vcmc<w120>
BUILD_TOKEN RubyGems rubygems_<h48>
BUILD_TOKEN Snyk snyk_uat.<h8>.<w160>
BUILD_TOKEN SonarQube squ_<h40>
BUILD_TOKEN Sourcegraph sgp_<h40>
BUILD_TOKEN JFrogReference cmVmdGtu<a56>
BUILD_TOKEN SettleMint sm_pat_<a16>
CLOUD_TOKEN Aiven AVNS_<w19>
CLOUD_TOKEN Akamai akab-<l16>-<l16>
CLOUD_TOKEN Alibaba LTAI<a20>
CLOUD_TOKEN Bedrock ABSK<b120>
CLOUD_TOKEN Cloudflare cfut_<a48>
CLOUD_TOKEN CloudflareOrigin v1.0-<h24>-<h146>
CLOUD_TOKEN Confluent cflt<b60>
CLOUD_TOKEN DigitalOcean dop_v1_<h64>
CLOUD_TOKEN Doppler dp.pt.<a43>
CLOUD_TOKEN DopplerService dp.st.prd.<a43>
CLOUD_TOKEN Fly fo1_<w43>
CLOUD_TOKEN FlyMacaroon fm2_<b160>
CLOUD_TOKEN Heroku HRKU-AA<w58>
CLOUD_TOKEN Terraform <a14>.atlasv1.<w67>
CLOUD_TOKEN Vault hvs.<w90>
CLOUD_TOKEN VaultLegacy s.<a21>aB3
CLOUD_TOKEN Neon napi_<l64>
CLOUD_TOKEN Netlify nfp_<a36>
CLOUD_TOKEN OnePassword ops_eyJ<b250>
CLOUD_TOKEN PlanetScale pscale_tkn_<w43>
CLOUD_TOKEN Pulumi pul-<h40>
CLOUD_TOKEN Render rnd_<a32>
CLOUD_TOKEN Scaleway SCW<u17>
CLOUD_TOKEN Supabase sbp_<h40>
CLOUD_TOKEN SupabaseSecret sb_secret_<w31>
CLOUD_TOKEN Tailscale tskey-auth-<a11>CNTRL-<a32>
CLOUD_TOKEN Tencent AKID<a32>
CLOUD_TOKEN Vercel vcp_<a56>
CLOUD_TOKEN Yandex AQVN<w36>
CLOUD_TOKEN Infisical st.<h24>.<h32>.<h32>
CLOUD_TOKEN Rancher token-<l5>:<l54>
CLOUD_TOKEN Scalingo tk-us-<w47>3
GITHUB_TOKEN GitHub ghp_<a36>
GITHUB_TOKEN GitHubFine github_pat_<a22>_<a59>
GITHUB_TOKEN GitHubApp ghs_<a36>
GOOGLE_API_KEY Google AIza<w34>A
GOOGLE_API_KEY GoogleOAuth GOCSPX-<w27>A
GOOGLE_API_KEY GoogleRefresh 1//0<w60>A
GOOGLE_API_KEY Firebase AAAA<w7>:APA91b<w134>
JWT GrafanaOld eyJrIjoi<a60>.eyJ<w40>.<w43>
MESSAGING_TOKEN Brevo xkeysib-<h64>-<a16>
MESSAGING_TOKEN Discord M<a23>.<a6>.<a38>
MESSAGING_TOKEN DiscordWebhook https://discord.com/api/webhooks/<d18>/<w68>
MESSAGING_TOKEN Facebook EAA<a160>
MESSAGING_TOKEN Klaviyo pk_<h34>
MESSAGING_TOKEN Mailchimp <h32>-us12
MESSAGING_TOKEN Mandrill md-<a22>
MESSAGING_TOKEN Mailgun key-<h32>
MESSAGING_TOKEN MailgunNew <h32>-<h8>-<h8>
MESSAGING_TOKEN OneSignal os_v2_app_<t103>
MESSAGING_TOKEN Resend re_<a8>_<a24>
MESSAGING_TOKEN SendGrid SG.<w22>.<w42>A
MESSAGING_TOKEN Teams https://example.webhook.office.com/webhookb2/{UUID}@{UUID}/IncomingWebhook/<h32>/{UUID}
MESSAGING_TOKEN Telegram <d10>:AA<w32>A
MESSAGING_TOKEN Trello ATTA<h64>
MESSAGING_TOKEN Twilio SK<h32>
MESSAGING_TOKEN X AAAAAAAAAAAAAAAAAAAAA<a24>%2F<a40>%3D<a30>
MESSAGING_TOKEN Instagram IGQVJ<a120>
MONITORING_TOKEN Axiom xaat-{UUID}
MONITORING_TOKEN Dynatrace dt0c01.<u24>.<u64>
MONITORING_TOKEN Grafana glsa_<a32>_<h8>
MONITORING_TOKEN GrafanaCloud glc_<b120>
MONITORING_TOKEN Honeybadger hbp_<a36>
MONITORING_TOKEN Honeycomb hcaik_<l58>
MONITORING_TOKEN LaunchDarkly sdk-{UUID}
MONITORING_TOKEN NewRelic NRAK-<u27>
MONITORING_TOKEN NewRelicLicence <h36>NRAL
MONITORING_TOKEN PostHog phx_<a43>
MONITORING_TOKEN Sentry sntryu_<h64>
MONITORING_TOKEN SentryOrg sntrys_eyJ<b140>
MONITORING_TOKEN Statsig secret-<a43>
MONITORING_TOKEN Ubidots BBFF-<a30>
PAYMENT_KEY Adyen AQEyhm<b60>-<b43>=-<a16>
PAYMENT_KEY Amazon amzn1.oa2-cs.v1.<h64>
PAYMENT_KEY Braintree access_token$production$<l16>$<h32>
PAYMENT_KEY Duffel duffel_live_<w43>
PAYMENT_KEY EasyPost EZAK<a54>
PAYMENT_KEY Flutterwave FLWSECK-<h32>-X
PAYMENT_KEY Mollie live_<a29>7
PAYMENT_KEY MercadoPago APP_USR-<d16>-<d6>-<h32>-<d9>
PAYMENT_KEY Paddle pdl_live_apikey_<l26>_<a22>_<a3>
PAYMENT_KEY Plaid access-production-{UUID}
PAYMENT_KEY Razorpay rzp_live_<a14>
PAYMENT_KEY Shippo shippo_live_<h40>
PAYMENT_KEY Shopify shpat_<h32>
PAYMENT_KEY Square EAAA<w60>
PAYMENT_KEY SquareOAuth sq0csp-<w43>
SERVICE_TOKEN Airtable pat<a14>.<h64>
SERVICE_TOKEN Asana 1/<d16>:<h32>
SERVICE_TOKEN Atlassian ATATT3<w180>=<u8>
SERVICE_TOKEN ClickUp pk_<d8>_<u32>
SERVICE_TOKEN Contentful CFPAT-<w43>
SERVICE_TOKEN Databricks dapi<h32>
SERVICE_TOKEN Dropbox sl.<w138>
SERVICE_TOKEN Figma figd_<w40>
SERVICE_TOKEN HubSpot pat-na1-{UUID}
SERVICE_TOKEN Inngest signkey-prod-<h64>
SERVICE_TOKEN Linear lin_api_<a40>
SERVICE_TOKEN Mapbox sk.eyJ<a80>.<a22>
SERVICE_TOKEN MaxMind <a6>_<a29>_mmk
SERVICE_TOKEN Notion ntn_<a46>
SERVICE_TOKEN NotionOld secret_<a43>
SERVICE_TOKEN Onfido api_live.<w11>.<w31>A
SERVICE_TOKEN ReadMe rdme_<l70>
SERVICE_TOKEN Retool retool_<l26>
SERVICE_TOKEN Salesforce 00D<a12>!<a96>
SERVICE_TOKEN Stytch secret-live-<a36>
SERVICE_TOKEN Typeform tfp_<a44>_<a14>
SERVICE_TOKEN Zoho 1000.<h32>.<h32>
SLACK_TOKEN Slack xoxb-<d12>-<d12>-<a24>
SLACK_TOKEN SlackApp xapp-1-A<u10>-<d13>-<h64>
SLACK_TOKEN SlackWebhook https://hooks.slack.com/services/T<u8>/B<u8>/<a24>
STRIPE_KEY Stripe sk_live_<a99>
STRIPE_KEY StripeRestricted rk_live_<a99>
STRIPE_KEY StripeWebhook whsec_<a32>
PRIVATE_KEY age AGE-SECRET-KEY-1<u58>
"""
ROW = regex.compile(r"<(?P<alphabet>[a-z])(?P<length>\d+)>")


def made(vendor: str, form: str) -> str:
    """A token of this form, always the same."""
    random = Random(sha256(vendor.encode()).digest())

    def letters(place: regex.Match[str]) -> str:
        some = "".join(random.choices(ALPHABETS[place["alphabet"]], k=int(place["length"])))
        return some[:-1] + "0" if some[-1:] in "-_+/" else some

    return str(ROW.sub(letters, form.replace("{UUID}", UUID)))


def tokens() -> Iterator[tuple[str, str, str]]:
    for row in ROWS.strip().splitlines():
        entity, vendor, form = row.split(" ")
        yield entity, vendor, made(vendor, form)


TOKENS = list(tokens())
VENDORS = [vendor for _, vendor, _ in TOKENS]
CARRIERS = ("{}", "Why does {} no longer work?", "TOKEN={}\n", '{{"value": "{}"}}', "see `{}`, please")


@pytest.fixture(scope="module")
def secrets(shipped: dict[str, Entity]) -> Detectors:
    return build([each for each in shipped.values() if each.source.file == "secrets.yaml"])


def test_the_table_holds_sixty_vendors_and_no_token_twice() -> None:
    assert len({vendor for _, vendor, _ in TOKENS}) == len(TOKENS) >= 60
    assert len({token for _, _, token in TOKENS}) == len(TOKENS)


@pytest.mark.parametrize(("entity", "vendor", "token"), TOKENS, ids=VENDORS)
def test_the_whole_token_is_found_wherever_it_stands(entity: str, vendor: str, token: str, secrets: Detectors) -> None:
    for carrier in CARRIERS:
        text = carrier.format(token)
        said = find_all(secrets, [Segment("/text", Kind.TEXT, text)], frozenset(secrets.standings))
        start = text.index(token)
        assert [(each.entity, each.start, each.end) for each in said] == [(entity, start, start + len(token))], carrier


@pytest.mark.parametrize(("entity", "vendor", "token"), TOKENS, ids=VENDORS)
def test_a_token_that_streams_is_found_whole(entity: str, vendor: str, token: str, secrets: Detectors) -> None:
    text = f"It was {token}, I think."
    start = text.index(token)
    seen = found(secrets, by_characters(text, 9), frozenset({entity}))
    assert [(begin, end, kind) for begin, end, kind, _ in seen] == [(start, start + len(token), entity)]


@pytest.mark.parametrize(("entity", "vendor", "token"), TOKENS, ids=VENDORS)
def test_a_prefix_alone_is_no_token(entity: str, vendor: str, token: str, secrets: Detectors) -> None:
    """The negative control: the same words with a token cut short."""
    text = f"Why does {token[:12]} no longer work?"
    assert find_all(secrets, [Segment("/text", Kind.TEXT, text)], frozenset(secrets.standings)) == ()
