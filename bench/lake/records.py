"""Records for measuring: CloudTrail log files of an organization at work, the same for the same seed.

People of an organization call through role sessions; ids, keys and addresses are as random as they are on AWS, since what is random
can't be packed.
"""

import gzip
import random
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

PER_FILE = 10_000
DAYS = 30
BEGIN = datetime(2026, 1, 1)
PEOPLE, ACCOUNTS = 4_000, 300
REGIONS = ["us-east-1", "eu-west-1", "eu-central-1", "ap-southeast-2", "us-west-2"]
AGENTS = [
    "aws-cli/2.31.3 md/awscrt#0.27.6 ua/2.1 os/linux#6.8.0-1035-aws md/arch#x86_64 lang/python#3.13.7 md/pyimpl#CPython m/Z,b,E cfg/retry-mode#standard",
    "Boto3/1.40.21 md/Botocore#1.40.21 ua/2.1 os/linux#5.10.240 md/arch#x86_64 lang/python#3.12.11 md/pyimpl#CPython m/b,Z,D cfg/retry-mode#legacy",
    "APN/1.0 HashiCorp/1.0 Terraform/1.13.1 (+https://www.terraform.io) terraform-provider-aws/6.10.0 aws-sdk-go-v2/1.38.1 os/linux lang/go#1.24.6",
    "aws-sdk-js/3.873.0 ua/2.1 os/darwin#24.6.0 lang/js md/nodejs#22.18.0 api/sso-admin#3.873.0 m/E,N,e",
    "AWS Internal",
]
# Event source, name, whether it only reads, how often, and what its parameters and elements look like.
CALLS = [
    ("sso.amazonaws.com", "ListInstances", True, 30, "null", "null"),
    ("sso.amazonaws.com", "ListAccountAssignments", True, 60,
     '{"instanceArn":"%(instance)s","accountId":"%(account)s","permissionSetArn":"%(set)s","maxResults":100}', "null"),
    ("sso.amazonaws.com", "DescribePermissionSet", True, 50, '{"instanceArn":"%(instance)s","permissionSetArn":"%(set)s"}', "null"),
    ("sso.amazonaws.com", "ListPermissionSets", True, 20, '{"instanceArn":"%(instance)s","maxResults":100}', "null"),
    ("identitystore.amazonaws.com", "DescribeUser", True, 70, '{"identityStoreId":"%(store)s","userId":"%(user)s"}', "null"),
    ("identitystore.amazonaws.com", "ListGroupMembershipsForMember", True, 40,
     '{"identityStoreId":"%(store)s","memberId":{"userId":"%(user)s"}}', "null"),
    ("identitystore.amazonaws.com", "ListUsers", True, 25, '{"identityStoreId":"%(store)s","maxResults":100}', "null"),
    ("identitystore.amazonaws.com", "CreateGroupMembership", False, 4,
     '{"identityStoreId":"%(store)s","groupId":"%(group)s","memberId":{"userId":"%(user)s"}}',
     '{"membershipId":"%(user2)s","identityStoreId":"%(store)s"}'),
    ("sso.amazonaws.com", "CreateAccountAssignment", False, 4,
     '{"instanceArn":"%(instance)s","targetId":"%(account)s","targetType":"AWS_ACCOUNT","permissionSetArn":"%(set)s",'
     '"principalType":"USER","principalId":"%(user)s"}',
     '{"accountAssignmentCreationStatus":{"status":"IN_PROGRESS","requestId":"%(user2)s","targetId":"%(account)s"}}'),
    ("sts.amazonaws.com", "AssumeRole", True, 45,
     '{"roleArn":"arn:aws:iam::%(account)s:role/Deploy","roleSessionName":"pipeline-%(person)s"}',
     '{"credentials":{"accessKeyId":"%(key)s","expiration":"Jan 9, 2026, 12:08:19 PM"},'
     '"assumedRoleUser":{"assumedRoleId":"AROA%(role)s:pipeline-%(person)s","arn":"arn:aws:sts::%(account)s:assumed-role/Deploy/pipeline-%(person)s"}}'),
    ("organizations.amazonaws.com", "ListAccounts", True, 20, "null", "null"),
    ("organizations.amazonaws.com", "DescribeOrganization", True, 15, "null", "null"),
    ("sso.amazonaws.com", "CreateInstance", False, 0.02, '{"name":"team %(person)s"}', '{"instanceArn":"%(instance)s"}'),
    ("sso.amazonaws.com", "DeleteInstance", False, 0.01, '{"instanceArn":"%(instance)s"}', "null"),
    ("connect.amazonaws.com", "CreateInstance", False, 0.02, '{"InstanceAlias":"desk-%(person)s"}', '{"Id":"%(user2)s"}'),
]
WEIGHTS = [call[3] for call in CALLS]

RECORD = (
    '{"eventVersion":"1.11","userIdentity":{"type":"AssumedRole","principalId":"AROA%(role)s:%(name)s",'
    '"arn":"arn:aws:sts::%(account)s:assumed-role/AWSReservedSSO_%(rolename)s_%(suffix)s/%(name)s","accountId":"%(account)s",'
    '"accessKeyId":"%(key)s","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROA%(role)s",'
    '"arn":"arn:aws:iam::%(account)s:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_%(rolename)s_%(suffix)s",'
    '"accountId":"%(account)s","userName":"AWSReservedSSO_%(rolename)s_%(suffix)s"},'
    '"attributes":{"creationDate":"%(since)s","mfaAuthenticated":"false"}},'
    '"onBehalfOf":{"userId":"%(self)s","identityStoreArn":"arn:aws:identitystore::100000000000:identitystore/%(store)s"}},'
    '"eventTime":"%(time)s","eventSource":"%(source)s","eventName":"%(event)s","awsRegion":"%(region)s",'
    '"sourceIPAddress":"%(address)s","userAgent":"%(agent)s",%(error)s"requestParameters":%(parameters)s,'
    '"responseElements":%(elements)s,"requestID":"%(request)s","eventID":"%(id)s","readOnly":%(read)s,"eventType":"AwsApiCall",'
    '"managementEvent":true,"recipientAccountId":"%(account)s","eventCategory":"Management",'
    '"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256",'
    '"clientProvidedHostHeader":"%(host)s.%(region)s.amazonaws.com"}}'
)
ROLES = ["AdministratorAccess", "ReadOnlyAccess", "PowerUserAccess", "Billing", "SecurityAudit"]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def uuid(source):
    text = f"{source.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def code(source, length):
    return "".join(source.choices(LETTERS, k=length))


def person(number):
    """What stays the same about one person."""
    own = random.Random(number)
    account = f"{100_000_000_000 + own.randrange(ACCOUNTS):012}"
    role = own.choice(ROLES)
    return {
        "account": account, "role": code(own, 17), "rolename": role, "suffix": f"{own.getrandbits(64):016x}",
        "name": f"person{number}@example.com", "person": number, "self": uuid(own), "store": "d-9067642ac7",
        "instance": "arn:aws:sso:::instance/ssoins-722312fe4d5d8a27", "region": own.choice(REGIONS),
        "address": f"203.0.{own.randrange(256)}.{own.randrange(256)}", "agent": own.choice(AGENTS),
    }


def session(source, who, time):
    who["key"] = "ASIA" + code(source, 16)
    who["since"] = time.strftime("%Y-%m-%dT%H:%M:%SZ")
    who["until"] = time + timedelta(hours=source.choice([1, 4, 8]))
    if source.random() < 0.2:
        who["address"] = f"198.51.{source.randrange(256)}.{source.randrange(256)}"


def records(number, count, total):
    """The records of one file, in their order: those of its stretch of the thirty days."""
    source = random.Random(f"file {number}")
    step = timedelta(days=DAYS) / total
    time = BEGIN + number * PER_FILE * step
    # Who works in these minutes.
    active = [person(source.randrange(PEOPLE)) for _ in range(120)]
    for who in active:
        session(source, who, time)
    sets = [f"arn:aws:sso:::permissionSet/ssoins-722312fe4d5d8a27/ps-{value:016x}" for value in range(1, 60)]
    for _ in range(count):
        time += step
        who = active[int(source.random() ** 2 * len(active))]
        if time > who["until"]:
            session(source, who, time)
        service, event, read, _, parameters, elements = source.choices(CALLS, WEIGHTS)[0]
        error = source.random() < 0.02
        facts = dict(
            who, source=service, event=event, read="true" if read else "false", host=service.split(".")[0],
            time=time.strftime("%Y-%m-%dT%H:%M:%SZ"), request=uuid(source), id=uuid(source), set=source.choice(sets),
            user=person_id(source.randrange(PEOPLE)), user2=uuid(source) if "user2" in parameters + elements else "",
            group=person_id(source.randrange(200)),
            error='"errorCode":"AccessDenied","errorMessage":"User is not authorized to perform this operation",' if error else "",
        )
        facts["parameters"] = parameters % facts if "%" in parameters else parameters
        facts["elements"] = "null" if error else elements % facts if "%" in elements else elements
        yield RECORD % facts


IDS = {}


def person_id(number):
    if number not in IDS:
        IDS[number] = person(number)["self"]
    return IDS[number]


def write(arguments):
    """Writes one log file as CloudTrail does; the length of its records as text."""
    folder, number, count, total = arguments
    texts = list(records(number, count, total))
    day = (BEGIN + timedelta(days=DAYS) * number * PER_FILE / total).strftime("%Y/%m/%d")
    stamp = (BEGIN + timedelta(days=DAYS) * number * PER_FILE / total).strftime("%Y%m%dT%H%MZ")
    place = Path(folder) / "AWSLogs/100000000000/CloudTrail/us-east-1" / day
    place.mkdir(parents=True, exist_ok=True)
    name = f"100000000000_CloudTrail_us-east-1_{stamp}_{number:016}.json.gz"
    with gzip.open(place / name, "wb", compresslevel=6) as file:
        file.write(('{"Records":[' + ",".join(texts) + "]}").encode())
    return sum(map(len, texts))


def make(folder, total, processes=2):
    """Writes `total` records as log files; answers the length of all of them as JSON text, in bytes."""
    counts = [min(PER_FILE, total - begin) for begin in range(0, total, PER_FILE)]
    work = [(str(folder), number, count, total) for number, count in enumerate(counts)]
    with ProcessPoolExecutor(processes) as pool:
        return sum(pool.map(write, work, chunksize=4))
