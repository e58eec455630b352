"""An audit as AWS's published sample does it, written anew from a description of what it does.

One account after the other, one call at a time, boto3 with nothing set but what the environment holds, its own limits
and mistakes included (first pages of applications only, the caller's entry replacing what was found before). People run
such scripts; they must work unchanged.
"""

import csv
import tempfile
from datetime import datetime

import boto3


def clients(account, own_account, role):
    """Clients for one account: its role's, or plain ones for the caller's own."""
    if account == own_account:
        return boto3.client("sso-admin"), boto3.client("identitystore")
    keys = boto3.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/{role}", RoleSessionName="CrossAccountMemberRoleSession"
    )["Credentials"]
    session = {
        "aws_access_key_id": keys["AccessKeyId"],
        "aws_secret_access_key": keys["SecretAccessKey"],
        "aws_session_token": keys["SessionToken"],
    }
    return boto3.client("sso-admin", **session), boto3.client("identitystore", **session)


def audit(own_account, role, bucket):
    """Reads every account and leaves three CSV files in the bucket; answers their keys."""
    instances, stores_by_email, duplicates, applications = {}, {}, {}, []
    pages = boto3.client("organizations").get_paginator("list_accounts").paginate()
    for account in [account["Id"] for page in pages for account in page["Accounts"]]:
        admin, identitystore = clients(account, own_account, role)
        for page in admin.get_paginator("list_instances").paginate():
            for instance in page["Instances"]:
                entry = [instance["IdentityStoreId"], instance["InstanceArn"]]
                if account == own_account:
                    instances = {account: entry}
                elif instance["OwnerAccountId"] != own_account:
                    instances[account] = entry
        store, arn = instances[account]
        for page in identitystore.get_paginator("list_users").paginate(IdentityStoreId=store):
            for user in page["Users"]:
                for email in user.get("Emails", []):
                    address = email["Value"]
                    if address in stores_by_email:
                        stores_by_email[address] += f",{store}"
                        duplicates[address] = stores_by_email[address]
                    else:
                        stores_by_email[address] = store
        for application in admin.list_applications(InstanceArn=arn)["Applications"]:
            found = admin.list_application_assignments(ApplicationArn=application["ApplicationArn"])
            people = [assignment["PrincipalId"] for assignment in found["ApplicationAssignments"]]
            if people:
                applications.append([application["Name"], application["ApplicationArn"], people])
    reports = {
        "duplicated_users": (["User_email", "IdentityStoreId"], duplicates.items()),
        "idc_instances": (["accountId", "IdentityCenterInstance", "Identity Store Arn"],
                          [[account, *entry] for account, entry in instances.items()]),
        "application_assignment": (["Name", "Application ARN", "Users"], applications),
    }
    return [upload(bucket, name, head, rows) for name, (head, rows) in reports.items()]


def upload(bucket, name, head, rows):
    key = f"sample/{datetime.now()}_{name}_summary_file.csv"
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)
        file.flush()
        boto3.resource("s3").meta.client.upload_file(file.name, bucket, key)
    return key
