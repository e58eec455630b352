"""Identity providers for tests: a key, what they publish, and SAML responses and tokens that they sign."""

import base64
import hashlib
import json
import threading
from datetime import datetime, timedelta, timezone
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import rsa

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SIGN_IN = "https://signin.aws.amazon.com/saml"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
DS = "http://www.w3.org/2000/09/xmldsig#"
RSA_ENCRYPTION = bytes([6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1, 5, 0])
SHA256_WITH_RSA = bytes([6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 11, 5, 0])


def text64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def der(tag: int, *parts: bytes) -> bytes:
    """One value of ASN.1."""
    content = b"".join(parts)
    length = len(content)
    if length < 128:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + content


def integer(number: int) -> bytes:
    return der(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


class Key:
    """An RSA key that signs."""

    @cached_property
    def pair(self):
        return rsa.newkeys(2048)

    def sign(self, message: bytes) -> bytes:
        return rsa.sign(message, self.pair[1], "SHA-256")

    def certificate(self) -> bytes:
        """A certificate of the key, issued by itself."""
        public = self.pair[0]
        bits = der(3, b"\0", der(0x30, integer(public.n), integer(public.e)))
        name = der(0x30, der(0x31, der(0x30, bytes([6, 3, 0x55, 4, 3]), der(0x0C, b"idp.example.com"))))
        dates = der(0x30, der(0x17, b"200101000000Z"), der(0x18, b"21200101000000Z"))
        algorithm = der(0x30, SHA256_WITH_RSA)
        content = der(0x30, der(0xA0, integer(2)), integer(1), algorithm, name, dates, name,
                      der(0x30, der(0x30, RSA_ENCRYPTION), bits))
        return der(0x30, content, algorithm, der(3, b"\0", self.sign(content)))


class SamlProvider:
    """A SAML identity provider. What it signs it writes in canonical form, so nothing has to make it so."""

    def __init__(self, entity_id="https://idp.example.com/metadata"):
        self.entity_id, self.key = entity_id, Key()

    def metadata(self) -> str:
        padding = "made for tests " * 60
        return f"""<?xml version="1.0"?><!-- {padding}-->
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{self.entity_id}">
<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing">
<ds:KeyInfo xmlns:ds="{DS}"><ds:X509Data><ds:X509Certificate>{text64(self.key.certificate())}</ds:X509Certificate>
</ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/sso"/>
</md:IDPSSODescriptor></md:EntityDescriptor>"""

    def response(self, name, pairs, recipient=SIGN_IN, **attributes) -> str:
        """A response with a signed assertion, in base 64. `attributes` are AWS's own."""
        def at(minutes):
            return (datetime.now(timezone.utc) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")

        values = {"Role": pairs, "RoleSessionName": [name]}
        values.update({key: [value] for key, value in attributes.items()})
        statement = "".join(
            f'<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/{key}">'
            + "".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in found)
            + "</saml:Attribute>"
            for key, found in values.items()
        )
        issuer = f"<saml:Issuer>{self.entity_id}</saml:Issuer>"
        head = f'<saml:Assertion xmlns:saml="{SAML}" ID="_assertion" IssueInstant="{at(0)}" Version="2.0">{issuer}'
        rest = (
            f'<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">{name}</saml:NameID>'
            f'<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData'
            f' NotOnOrAfter="{at(5)}" Recipient="{recipient}"></saml:SubjectConfirmationData></saml:SubjectConfirmation>'
            f'</saml:Subject><saml:Conditions NotBefore="{at(-1)}" NotOnOrAfter="{at(5)}"><saml:AudienceRestriction>'
            f"<saml:Audience>urn:amazon:webservices</saml:Audience></saml:AudienceRestriction></saml:Conditions>"
            f'<saml:AuthnStatement AuthnInstant="{at(0)}"></saml:AuthnStatement>'
            f"<saml:AttributeStatement>{statement}</saml:AttributeStatement></saml:Assertion>"
        )
        digest = text64(hashlib.sha256((head + rest).encode()).digest())
        info = (
            f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"></ds:CanonicalizationMethod>'
            f'<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod>'
            f'<ds:Reference URI="#_assertion"><ds:Transforms><ds:Transform Algorithm="{DS}enveloped-signature">'
            f'</ds:Transform><ds:Transform Algorithm="{EXCLUSIVE}"></ds:Transform></ds:Transforms><ds:DigestMethod'
            f' Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>'
            f"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference>"
        )
        signed = self.key.sign(f'<ds:SignedInfo xmlns:ds="{DS}">{info}</ds:SignedInfo>'.encode())
        signature = (
            f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>{info}</ds:SignedInfo>'
            f"<ds:SignatureValue>{text64(signed)}</ds:SignatureValue></ds:Signature>"
        )
        response = (
            f'<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="{SAML}" ID="_response"'
            f' Version="2.0" IssueInstant="{at(0)}">{issuer}<samlp:Status><samlp:StatusCode'
            f' Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>{head}{signature}{rest}</samlp:Response>'
        )
        return text64(response.encode())


class TokenIssuer:
    """An OpenID Connect issuer on a free loopback port."""

    def __init__(self):
        self.key = Key()
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                body = json.dumps(issuer.documents().get(self.path, {})).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.name = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.name}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def documents(self) -> dict:
        def number(value):
            return url64(value.to_bytes((value.bit_length() + 7) // 8, "big"))

        public = self.key.pair[0]
        jwk = {"kty": "RSA", "kid": "k1", "use": "sig", "alg": "RS256", "n": number(public.n), "e": number(public.e)}
        return {
            "/.well-known/openid-configuration": {"issuer": self.url, "jwks_uri": f"{self.url}/keys"},
            "/keys": {"keys": [jwk]},
        }

    def token(self, **claims) -> str:
        now = int(datetime.now(timezone.utc).timestamp())
        claims = {"iss": self.url, "iat": now, "exp": now + 300, **claims}
        parts = [url64(json.dumps(part).encode()) for part in ({"alg": "RS256", "kid": "k1", "typ": "JWT"}, claims)]
        message = ".".join(parts)
        return f"{message}.{url64(self.key.sign(message.encode()))}"

    def close(self):
        self.server.shutdown()
