"""`grille.detectors.labelled_secrets`: passwords and keys that a name announces, and what only looks so."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grille.detectors import Detectors, build, find_all, keep_from, labelled_secrets
from grille.entities import Entity
from grille.exchange import Kind, Segment
from windows import by_characters, cut, found, whole

ANNOUNCED = [
    ("**Password:** `hunter2Trombone`", "hunter2Trombone"),
    ("_Password_: hunter2Trombone", "hunter2Trombone"),
    ("<p>Your <b>password:</b> hunter2Trombone</p>", "hunter2Trombone"),
    ("Password: <strong>hunter2Trombone</strong>", "hunter2Trombone"),
    ('<tr><td>Password</td>\n  <td class="v">hunter2Trombone</td></tr>', "hunter2Trombone"),
    ("<dt>Client secret</dt><dd>q7Zp1xV9bT4mK2sD8wRf</dd>", "q7Zp1xV9bT4mK2sD8wRf"),
    ("DB_PASSWORD=Tr0ub4dor&3", "Tr0ub4dor&3"),
    ("export PGPASSWORD='horse-battery9'", "horse-battery9"),
    ("POSTGRES_PASSWORD: s3cr3tpass", "s3cr3tpass"),
    ("    password: letmein\n    user: app\n", "letmein"),
    ("spring.datasource.password=Sommer2024", "Sommer2024"),
    ("mail.smtp.pass = gX7!pq", "gX7!pq"),
    ('{"username":"app","password":"correct-horse"}', "correct-horse"),
    ('{\\"username\\":\\"app\\",\\"password\\":\\"correct-horse\\"}', "correct-horse"),
    ('"dbPassword" : "kitten55",', "kitten55"),
    ("$password = 'qwerty77';", "qwerty77"),
    ('String password = "monkey!23";', "monkey!23"),
    ('const dbPass = "monkey!23";', "monkey!23"),
    ('private static final String DB_PWD = "Monkey23";', "Monkey23"),
    ('var userPassword string = "Monkey23"', "Monkey23"),
    ('password := "Monkey23"', "Monkey23"),
    ('let password: String = "Monkey23"', "Monkey23"),
    ('char *passwd = "Monkey23";', "Monkey23"),
    ("password => 'Monkey23',", "Monkey23"),
    (':password => "Monkey23"', "Monkey23"),
    ('props.setProperty("password", "Monkey23");', "Monkey23"),
    ('ds.setPassword("Monkey23");', "Monkey23"),
    ('driver.find_element(By.ID, "password").send_keys("Monkey23")', "Monkey23"),
    ("cy.get('#password').type('Monkey23')", "Monkey23"),
    ("await page.fill('#password', 'Monkey23');", "Monkey23"),
    ("psycopg2.connect(host='db', user='app', password='Monkey23')", "Monkey23"),
    ('if password == "Monkey23":', "Monkey23"),
    ("<password>Monkey23</password>", "Monkey23"),
    ('<add key="DbPassword" value="Monkey23" />', "Monkey23"),
    ('<property name="password">Monkey23</property>', "Monkey23"),
    ('<property name="password" value="sunshine"/>', "sunshine"),
    ("Server=db;Database=ledger;User Id=app;Password=Monkey23;", "Monkey23"),
    ("Server=db;Uid=app;Pwd=sunshine;Encrypt=yes", "sunshine"),
    ("jdbc:mysql://db.example.com/ledger?user=app&password=Monkey23&ssl=true", "Monkey23"),
    ("jdbc:oracle:thin:app/Monkey23@//db.example.com:1521/X", "Monkey23"),
    ("- name: DB_PASSWORD\n  value: Monkey23\n", "Monkey23"),
    ('- name: DB_PASSWORD\n  value: "sunshine"\n', "sunshine"),
    ('{"name": "DB_PASSWORD", "value": "Monkey23"}', "Monkey23"),
    ('variable "db_password" {\n  default = "Monkey23"\n}', "Monkey23"),
    ("mysql -h db -u root -pMonkey23 ledger", "Monkey23"),
    ("sshpass -p Monkey23 ssh admin@host", "Monkey23"),
    ("sshpass -p 'Monkey23' ssh admin@host", "Monkey23"),
    ("docker login -u app -p Monkey23 registry.example.com", "Monkey23"),
    ("redis-cli -h cache -a Monkey23 ping", "Monkey23"),
    ("curl -u admin:Monkey23 https://api.example.com", "Monkey23"),
    ("curl --user 'admin:Monkey23' https://api.example.com", "Monkey23"),
    ("app --password Monkey23 --verbose", "Monkey23"),
    ("app --db-password=sunshine", "sunshine"),
    ("az login -u app --password 'Monkey23'", "Monkey23"),
    ("net use \\\\srv\\share /user:admin password:Monkey23", "Monkey23"),
    ("CREATE USER app WITH PASSWORD 'Monkey23';", "Monkey23"),
    ("ALTER USER app IDENTIFIED BY 'Monkey23';", "Monkey23"),
    ("machine api.example.com login app password Monkey23", "Monkey23"),
    ("machine api.example.com\n  login app\n  password sunshine\n", "sunshine"),
    ("db.example.com:5432:ledger:app:Monkey23", "Monkey23"),
    (
        "root:$6$EXAMPLEsalt$EXAMPLEhashEXAMPLEhashEXAMPLEhash0123456789:19000:0:99999:7:::",
        "$6$EXAMPLEsalt$EXAMPLEhashEXAMPLEhashEXAMPLEhash0123456789",
    ),
    ("Authorization: Basic YXBwOk1vbmtleTIz", "YXBwOk1vbmtleTIz"),
    ('"Authorization": "Bearer abc123def456ghi789"', "abc123def456ghi789"),
    (
        "headers = {'Authorization': 'Token 9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b'}",
        "9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b",
    ),
    ("The password is Monkey23.", "Monkey23"),
    ("Hi, your temporary password: Monkey23", "Monkey23"),
    ("pw: sunshine7", "sunshine7"),
    ("PW sunshine7!", "sunshine7!"),
    ("Passwort: Sommer2024!", "Sommer2024!"),
    ("Das Passwort für den Server lautet Sommer2024!", "Sommer2024!"),
    ("Le mot de passe est Soleil2024", "Soleil2024"),
    ("mot de passe : Soleil2024", "Soleil2024"),
    ("La contraseña es Verano2024!", "Verano2024!"),
    ("A senha do banco é Verao2024!", "Verao2024!"),
    ("login: admin / s3cret", "s3cret"),
    ("Login with admin / s3cret!", "s3cret!"),
    ("credentials are admin:s3cret99", "s3cret99"),
    ("user: admin\npass: hunter22\n", "hunter22"),
    ("use passphrase blue-Horse7 to open it", "blue-Horse7"),
    ("I changed the root password to Xk9mQ2pL yesterday", "Xk9mQ2pL"),
    ("wifi password: `guest2024!`", "guest2024!"),
    ("my passphrase is 'velvet anchor drizzle compass'", "velvet anchor drizzle compass"),
    ("Passphrase: velvet anchor drizzle compass\n", "velvet anchor drizzle compass"),
    ("memorable word: peppercorn; postcode later", "peppercorn"),
    ('the "secure password" which is Monkey23', "Monkey23"),
    ("passwords for the doors:\nwest  Monkey23\n", "Monkey23"),
    ("Passwords\n- west door ..... Monkey23", "Monkey23"),
    ("INSERT INTO users (name, password) VALUES ('bob', 'sunshine')", "sunshine"),
    ("Here are your recovery codes. Keep them safe:\n1. 4821 0093\n", "4821 0093"),
    ("Backup codes for bob: ab12c-9f8e7, next week", "ab12c-9f8e7"),
    ("OTP seed: JBSWY3DPEHPK3PXP", "JBSWY3DPEHPK3PXP"),
    ("type this in the authenticator by hand: jbsw y3dp ehpk 3pxp", "jbsw y3dp ehpk 3pxp"),
    ("**Password:** Monkey23", "Monkey23"),
    ("| user | password |\n|---|---|\n| admin | Monkey23 |\n", "Monkey23"),
    ("user,password\nadmin,sunshine\n", "sunshine"),
    ("password - Monkey23", "Monkey23"),
    ("SECRET_KEY = 'django-insecure-9x!k2v$7q'", "django-insecure-9x!k2v$7q"),
    ("JWT_SECRET=my5uperS3cretJwt", "my5uperS3cretJwt"),
    ("client_secret: 3f2a9c1b7d8e4f60a1b2c3d4e5f60718", "3f2a9c1b7d8e4f60a1b2c3d4e5f60718"),
    ('clientSecret="Xk9mQ2pL7vR4tZ1w"', "Xk9mQ2pL7vR4tZ1w"),
    ("API_KEY=3f2a9c1b7d8e4f60a1b2c3d4e5f60718", "3f2a9c1b7d8e4f60a1b2c3d4e5f60718"),
    ("X-Api-Key: 3f2a9c1b7d8e4f60a1b2c3d4e5f60718", "3f2a9c1b7d8e4f60a1b2c3d4e5f60718"),
    ("apikey=01234567-89ab-cdef-0123-456789abcdef", "01234567-89ab-cdef-0123-456789abcdef"),
    ("https://api.example.com/v1?api_key=3f2a9c1b7d8e4f60a1b2c3d4e5f60718&x=1", "3f2a9c1b7d8e4f60a1b2c3d4e5f60718"),
    ("DD_API_KEY=3f2a9c1b7d8e4f60a1b2c3d4e5f60718", "3f2a9c1b7d8e4f60a1b2c3d4e5f60718"),
    ("ALGOLIA_ADMIN_KEY=3f2a9c1b7d8e4f60a1b2c3d4e5f60718", "3f2a9c1b7d8e4f60a1b2c3d4e5f60718"),
    ("Our Datadog API key is 3f2a9c1b7d8e4f60a1b2c3d4e5f60718 now", "3f2a9c1b7d8e4f60a1b2c3d4e5f60718"),
    ('auth_token: "Xk9mQ2pL7vR4tZ1wXk9m"', "Xk9mQ2pL7vR4tZ1wXk9m"),
    ("encryption key: Xk9mQ2pL7vR4tZ1wXk9mQ2pL7vR4tZ1w", "Xk9mQ2pL7vR4tZ1wXk9mQ2pL7vR4tZ1w"),
    ("Cookie: theme=dark; sessionid=3f2a9c1b7d8e4f60a1b2c3d4", "3f2a9c1b7d8e4f60a1b2c3d4"),
    ("  password: U29tbWVyMjAyNCE=\n", "U29tbWVyMjAyNCE="),
    ("//registry.npmjs.org/:_authToken=01234567-89ab-cdef-0123-456789abcdef", "01234567-89ab-cdef-0123-456789abcdef"),
    (
        "mnemonic: abandon ability able about above absent absorb abstract absurd abuse access accident",
        "abandon ability able about above absent absorb abstract absurd abuse access accident",
    ),
    ('auths: {"https://index.docker.io/v1/": {"auth": "YXBwOk1vbmtleTIz"}}', "YXBwOk1vbmtleTIz"),
    ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    (
        "WireGuard PrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=",
        "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=",
    ),
    ("ENV MYSQL_ROOT_PASSWORD sunshine7", "sunshine7"),
    ("set PASSWORD=Monkey23", "Monkey23"),
    ('$env:DB_PASSWORD = "Monkey23"', "Monkey23"),
    ('$cred = ConvertTo-SecureString "Monkey23!" -AsPlainText -Force', "Monkey23!"),
    ('new NetworkCredential("admin", "Monkey23")', "Monkey23"),
    ("auth=('admin', 'Monkey23')", "Monkey23"),
    ("HTTPBasicAuth('admin', 'Monkey23')", "Monkey23"),
    ("requirepass Monkey23", "Monkey23"),
    ("enable secret 5 $1$EXAM$EXAMPLEhashEXAMPLEhas0", "$1$EXAM$EXAMPLEhashEXAMPLEhas0"),
    ("snmp-server community Monkey23 RO", "Monkey23"),
    ("ldap bindpw Monkey23", "Monkey23"),
    ("define('DB_PASSWORD', 'sunshine');", "sunshine"),
    ("'password' => env('DB_PASSWORD', 'sunshine'),", "sunshine"),
    ("os.environ['DB_PASSWORD'] = 'sunshine'", "sunshine"),
    ("os.getenv('DB_PASSWORD', 'sunshine')", "sunshine"),
    ('password="""Monkey23"""', "Monkey23"),
    ("pwd=Monkey23", "Monkey23"),
    ("Username: admin Password: Monkey23", "Monkey23"),
    ("user admin, password Monkey23", "Monkey23"),
    ("storePassword 'Monkey23'\n", "Monkey23"),
    ('    keyPassword "sunshine"\n', "sunshine"),
    ('password = SecretStr("Monkey23")', "Monkey23"),
    ("비밀번호: Monkey23", "Monkey23"),
    ("app.connect('db', 'root', password='sunshine')", "sunshine"),
    ('-Password "Monkey23"', "Monkey23"),
    ('$user_pass="Monkey23"', "Monkey23"),
    ("self.passwd = 'Monkey23'", "Monkey23"),
    ('"passwordConfirm": "Monkey23"', "Monkey23"),
    ("openssl rsa -passin pass:Monkey23 -in k.pem", "Monkey23"),
    ('token = "gireogicracklecrackle1231567190113413981"', "gireogicracklecrackle1231567190113413981"),
    ("secret = 'gireogi9876cackle54'", "gireogi9876cackle54"),
    ('String token = "Xk9mQ2pL7vR4tZ1wXk9m";', "Xk9mQ2pL7vR4tZ1wXk9m"),
    ("curl -H 'X-Auth-Token: Xk9mQ2pL7vR4tZ1wXk9m' https://x", "Xk9mQ2pL7vR4tZ1wXk9m"),
    ("private_token=Xk9mQ2pL7vR4tZ1wXk9m", "Xk9mQ2pL7vR4tZ1wXk9m"),
    ("[![b](https://ci.example.com/b.svg?token=Xk9mQ2pL7vR4tZ1w)](https://ci.example.com/x)", "Xk9mQ2pL7vR4tZ1w"),
    ("The API token you asked for: Xk9mQ2pL7vR4tZ1wXk9m", "Xk9mQ2pL7vR4tZ1wXk9m"),
    ("my pass is Monkey23, ok?", "Monkey23"),
    ("pass=Monkey23", "Monkey23"),
    ("PASS: Monkey23", "Monkey23"),
    ("For staging use the password Monkey23 please", "Monkey23"),
    ("Username: bob\nPassword: correcthorse\n", "correcthorse"),
    ("userPassword:: U29tbWVyMjAyNA==", "U29tbWVyMjAyNA=="),
    ("[client]\nuser=root\npassword=sunshine\n", "sunshine"),
    ("spring:\n  datasource:\n    password: sunshine\n", "sunshine"),
    ('"connectionString": "Server=x;Password=Monkey23;"', "Monkey23"),
    ("| Password | Monkey23 |", "Monkey23"),
    ("Password\tMonkey23", "Monkey23"),
    ("<Password>Monkey23</Password>", "Monkey23"),
    ('<wsse:Password Type="x">Monkey23</wsse:Password>', "Monkey23"),
    ('DATABASE_PASSWORD="Monkey23"', "Monkey23"),
    ('config.password = "Monkey23"', "Monkey23"),
    ("@password = 'Monkey23'", "Monkey23"),
    ("pw='Monkey23'", "Monkey23"),
    ('set password "Monkey23"', "Monkey23"),
    ("root_password: Monkey23 # change later", "Monkey23"),
    ('private String accessKey = "Xk9mQ2pL7vR4tZ1wXk9m";', "Xk9mQ2pL7vR4tZ1wXk9m"),
    ("your new password is: Monkey23", "Monkey23"),
    ("Passwort lautet: Sommer24!", "Sommer24!"),
    ("le mdp du wifi est Soleil2024", "Soleil2024"),
    ("password 'sunshine'", "sunshine"),
    ("password is sunshine7", "sunshine7"),
    ("pw Monkey23 works", "Monkey23"),
    ("-e MYSQL_ROOT_PASSWORD=sunshine mysql:8", "sunshine"),
    ("MYSQL_PASSWORD=sunshine docker compose up", "sunshine"),
]
"""Settings, code in ten languages, command lines, files of tools, tables, sentences; and the secret in each."""

OTHERWISE = [
    "<td>Password</td><td>Required</td><td>Minimum 12</td>",
    '<label>Password</label><input type="password" name="pw1">',
    "<b>Password:</b> forgot it?",
    "style to pass through to boto3's config, or pass it as `output_config={`",
    "password: string",
    "password: required",
    "Password must contain 8 characters",
    "Forgot your password?",
    "password_reset_url: https://example.com/reset",
    "const password = req.body.password;",
    "password = input('Password: ')",
    "user.password = hash(password)",
    "self.password = password",
    "password=self.password,",
    "passwd = netrcobj[2]",
    "PASSWORD_MIN_LENGTH = 12",
    "password: process.env.DB_PASSWORD",
    "password: ${DB_PASSWORD}",
    "password: {{ .Values.password }}",
    "password: !vault |",
    "password: <password>",
    "password=$PASSWORD",
    "password=%PASSWORD%",
    "password: xxxxxxxx",
    "password: ********",
    '"password": "Password"',
    '"password": "Passwort"',
    '"password": "Mot de passe"',
    '"password_label": "Enter your password"',
    '<input type="password" name="password" id="password">',
    '<label for="password">Password</label>',
    "The password policy is 12 characters.",
    "Password expires in 90 days",
    "password was changed on 2024-05-01",
    "the password is required",
    "password reset link sent",
    "password: null",
    "password=None",
    "password=True",
    "def login(username, password):",
    "func(password: str) -> None",
    "password: Optional[str] = None",
    "interface Login { password: string; }",
    '@Column(name = "password") private String password;',
    "type: password",
    "format: password",
    "kubectl get secret my-tls -n web",
    "secretName: my-tls-secret",
    "secretKeyRef:\n  name: db-secret\n  key: password",
    "commit 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    'integrity="sha512-9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08abcd=="',
    'ETag: "33a64df551425fcc55e4d42a148795d9f25f89d4"',
    "id: 01234567-89ab-cdef-0123-456789abcdef",
    "token_type: bearer",
    "tokenizer = AutoTokenizer.from_pretrained('bert')",
    "max_tokens=4096",
    "token = tokens[i]",
    "for token in doc:",
    "tok = self.next_token()",
    "The bearer of this token shall receive",
    "Token ring network",
    "The key is under the mat",
    "key: value",
    "key=lambda x: x[1]",
    "primary_key=True",
    "PRIMARY KEY (id)",
    "sort_key: created_at",
    "cache_key = f'{user}:{day}'",
    "api_key: YOUR_API_KEY",
    "API_KEY=your-api-key-here",
    "apiKey: process.env.API_KEY",
    "api_key=os.environ['API_KEY']",
    "Authorization: Bearer <token>",
    "Authorization: Bearer ${TOKEN}",
    "Authorization: Bearer YOUR_TOKEN",
    "secret: shhh",
    "secret santa: 12 people",
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7EXAMPLEexample0123456789 user@host",
    "The account pass rate was 98.2%",
    "boarding pass: BA2490",
    "pass: 14, fail: 2",
    "bypass=true",
    "compass: north",
    "All checks pass - see run 2024-11",
    "passport: 123456789",
    "Season pass 2024/25 costs 99 EUR",
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "color: #a1b2c3d4;",
    "chunk-3f2a9c1b.js",
    "session_id: 3f2a9c1b7d8e4f60a1b2c3d4e5f60718 ",
    "toolu_01A09q90qw90lq917835lq9",
    "call_abc123DEF456ghi789JKL012",
    "chatcmpl-9xYzAbC123def456GHI789jkl",
    "req_011CSHoEeqs5C35K2UUqR7Fy",
    "file-abc123def456",
    "cus_NffrFeUfNV2Hib",
    "pi_3MtwBwLkdIwHu7ix28a3tqPa",
    "msg_01XFDUDYJgAACzvnptvVoYEL",
    "mysql -u root -p ledger",
    "docker run -p 8080:80 web",
    "ssh -p 2222 admin@host",
    'curl -u "$USER:$PASS" https://x',
    "psql -U app -W",
    "login with Google/Facebook",
    "credentials: include",
    "credentials: 'same-origin'",
    "auth: { user: user }",
    "basic auth: enabled",
    "Set a strong password and save it: https://example.com/account",
    "Login: see the portal / 24x7 support desk",
    "password manager (1Password, Bitwarden)",
    "OAuth2 password grant",
    "password4j",
    "crypto.pbkdf2(password, salt, 100000)",
    "bcrypt.hash(password, 10)",
    "PasswordAuthentication no",
    "PermitRootLogin without-password",
    'ansible_password: "{{ vault_pw }}"',
    "PGPASSFILE=/run/secrets/pgpass",
    "password_file: /run/secrets/db",
    "password-stdin",
    "--password-stdin < ~/pw.txt",
    "passwords.txt",
    "password1.png",
    "the keys 'k1' and 'k2'",
    "nonce: number",
    "salt: Buffer",
    "publicKey: 3f2a9c1b7d8e4f60a1b2c3d4e5f60718",
    "key_id: 3f2a9c1b7d8e4f60a1b2c3d4e5f60718",
    "kid: Xk9mQ2pL7vR4tZ1wXk9mQ2pL",
    "password = getattr(obj, 'password')",
    "password = data.get('password')",
    "let pw = document.getElementById('pw').value;",
    "password: req.body.password2",
    "if (password !== confirmPassword) {",
    "password1 != password2",
    "'password': forms.CharField(widget=forms.PasswordInput)",
    "path('password_change/', views.PasswordChangeView.as_view(), name='password_change')",
    "errors.password: 'invalid'",
    "error: 'auth/wrong-password'",
    "t('login.password.label')",
    "password: 'login.password.label'",
]
"""What stands in the same places and is no secret."""


@pytest.fixture(scope="module")
def secrets(shipped: dict[str, Entity]) -> Detectors:
    return build([each for each in shipped.values() if each.source.file == "secrets.yaml"])


def said(detectors: Detectors, text: str, label: str = "") -> list[str]:
    segment = Segment("/text", Kind.TEXT, text, label)
    return [text[each.start : each.end] for each in find_all(detectors, [segment], frozenset(detectors.standings))]


@pytest.mark.parametrize(("text", "secret"), ANNOUNCED)
def test_the_secret_alone_is_found_behind_its_name(text: str, secret: str, secrets: Detectors) -> None:
    assert secret in said(secrets, text)


@pytest.mark.parametrize("text", OTHERWISE)
def test_what_only_stands_in_such_a_place_is_left_alone(text: str, secrets: Detectors) -> None:
    assert said(secrets, text) == []


@pytest.mark.parametrize(
    ("label", "text", "secret"),
    [
        ("password", "hunter2", ["hunter2"]),
        ("db_password", " letmein ", ["letmein"]),
        ("passwordConfirm", "letmein", ["letmein"]),
        ("clientSecret", "Xk9mQ2pL7vR4", ["Xk9mQ2pL7vR4"]),
        ("x-api-key", "Xk9mQ2pL7vR4tZ1wXk9m", ["Xk9mQ2pL7vR4tZ1wXk9m"]),
        ("nextPageToken", "Xk9mQ2pL7vR4tZ1wXk9m", []),
        ("password_reset_url", "https://example.com/reset", []),
        ("password", "Password", []),
        ("password", "Your password was changed.", []),
        ("token", "hunter2", []),
        ("note", "hunter2", []),
        ("memorableWord", "memorableWord", []),
        ("p12Password", "p12Password", []),
    ],
)
def test_a_label_announces_the_whole_text(label: str, text: str, secret: list[str], secrets: Detectors) -> None:
    assert said(secrets, text, label) == secret


STREAMED = [
    "**Password:** `hunter2Trombone` was set.",
    "<tr><td>Password</td> <td>hunter2Trombone</td></tr>",
    "DB_PASSWORD=sunshine\nport: 5432\n",
    '{"user": "app", "password": "correct-horse", "token": "Xk9mQ2pL7vR4tZ1wXk9m"}',
    "The password for the ledger is Monkey23! Then the next one.",
    "| user | password |\n|---|---|\n| admin | Monkey23 |\n| root | sunshine |\n\n",
    "- name: DB_PASSWORD\n  value: Monkey23\n- name: PORT\n",
    "login: admin / s3cret and more of it",
    "use --password Monkey23 or password=sunshine; and no more",
]


@pytest.mark.parametrize("text", STREAMED)
def test_the_same_comes_out_of_a_stream_in_single_letters(text: str, secrets: Detectors) -> None:
    wanted = frozenset(secrets.standings)
    expected = found(secrets, [text], wanted, whole)
    assert expected
    assert found(secrets, by_characters(text), wanted) == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    texts=st.lists(st.sampled_from([*(text for text, _ in ANNOUNCED), *OTHERWISE, *STREAMED]), min_size=1, max_size=4),
    places=st.lists(st.integers(0, 1000), min_size=1, max_size=8),
)
def test_wherever_a_text_is_cut_the_same_is_found(secrets: Detectors, texts: list[str], places: list[int]) -> None:
    text = "\n".join(texts)
    wanted = frozenset(secrets.standings)
    expected = found(secrets, [text], wanted, whole)
    assert found(secrets, cut(text, places), wanted, whole) == expected
    assert found(secrets, cut(text, places), wanted, keep_from) == expected


def test_a_name_repeated_without_end_takes_no_time(secrets: Detectors) -> None:
    for text in ("password=" * 2000, "a key is " * 2000, '"password", ' * 1500, "PASSWORD=x " * 1500):
        assert said(secrets, text) == []


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        ("I tried Monkey_23 as my new password today", ["Monkey_23"]),
        ("log in with hunter2 (password), user bob", ["hunter2"]),
        ("reset (password) or oauth2 (password)", []),
        ("use ISO27001 as the password standard", []),
    ],
)
def test_a_password_may_stand_before_its_name(shipped: dict[str, Entity], text: str, secrets: list[str]) -> None:
    detectors = build([shipped["PASSWORD"]])
    seen = find_all(detectors, [Segment("/a", Kind.TEXT, text)], frozenset({"PASSWORD"}))
    assert [text[each.start : each.end] for each in seen] == secrets


def test_prose_is_not_read_for_secrets() -> None:
    """A word with which the name of one might begin costs a look of a worker at each word of a stream behind it."""
    prose = (
        "The second reason is that two of them were not safe: security was called in an emergency, and a factor of"
        " three was answered for, in so many words and phrases, by everybody who had said so before."
    )
    assert not labelled_secrets._STEMS.occur(prose.lower())
    assert labelled_secrets._STEMS.occur("your second-factor is")
    assert labelled_secrets._STEMS.occur("the securityanswer is")
