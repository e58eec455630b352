//! Things and callers with which operations succeed that would not with those of the world as it is: something new
//! to join, something empty to delete, somebody to invite.

use std::collections::BTreeMap;

use atrium_directory::SETTLING;
use atrium_testkit::{Credentials, Server};
use serde_json::{Value, json};

use super::model::Operation;
use crate::world::{Account, REGION, text};

const KEY: &str = "arn:aws:kms:us-east-1:111111111111:key/mrk-1234abcd12ab34cd56ef1234567890ab";
const DOCUMENT: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
const TAGS: &str = r#"{"tags":{"team":{"tag_key":{"@@assign":"Team"}}}}"#;

/// What operations are called with instead of what the account's names give.
#[derive(Default)]
pub struct Bases {
    members: BTreeMap<&'static str, Value>,
    callers: BTreeMap<&'static str, Credentials>,
}

impl Bases {
    /// The input with what is special to the operation.
    pub fn input(&self, operation: Operation<'_>, base: Value) -> Value {
        let mut input = base;
        for (name, value) in self
            .members
            .get(key(operation).as_str())
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            input[name] = value.clone();
        }
        input
    }

    /// Who calls the operation, if it isn't the account's administrator.
    pub fn caller(&self, operation: Operation<'_>) -> Option<&Credentials> {
        self.callers.get(key(operation).as_str())
    }

    /// Makes what is needed.
    pub async fn prepare(server: &Server, account: &Account) -> Self {
        let mut bases = Self::default();
        let make = Maker { server, account };
        make.iam(&mut bases).await;
        make.organizations(&mut bases).await;
        make.other_accounts(&mut bases).await;
        make.identity_center(&mut bases).await;
        make.cloudtrail(&mut bases).await;
        make.lake(&mut bases).await;
        bases
    }

    fn add(&mut self, operation: &'static str, members: Value) {
        self.members.insert(operation, members);
    }
}

fn key(operation: Operation<'_>) -> String {
    format!("{}:{}", operation.model.service, operation.name)
}

struct Maker<'a> {
    server: &'a Server,
    account: &'a Account,
}

impl Maker<'_> {
    async fn by(&self, who: &Credentials, service: &str, operation: &str, input: Value) -> Value {
        self.server
            .call(who, REGION, service, operation, input)
            .await
            .ok()
    }

    async fn call(&self, service: &str, operation: &str, input: Value) -> Value {
        self.by(&self.account.admin, service, operation, input)
            .await
    }

    async fn iam(&self, bases: &mut Bases) {
        for name in ["spare", "empty"] {
            self.call("iam", "CreateUser", json!({"UserName": name}))
                .await;
            self.call("iam", "CreateGroup", json!({"GroupName": name}))
                .await;
        }
        for (operation, name) in [("iam:UpdateUser", "spare"), ("iam:DeleteUser", "empty")] {
            bases.add(operation, json!({"UserName": name}));
        }
        for (operation, name) in [("iam:UpdateGroup", "spare"), ("iam:DeleteGroup", "empty")] {
            bases.add(operation, json!({"GroupName": name}));
        }
        for (operation, name) in [
            ("iam:DeletePolicyVersion", "spare"),
            ("iam:DeletePolicy", "empty"),
        ] {
            let policy = json!({"PolicyName": name, "PolicyDocument": DOCUMENT});
            let arn = text(&self.call("iam", "CreatePolicy", policy).await["Policy"]["Arn"]);
            bases.add(operation, json!({ "PolicyArn": arn }));
            if name == "spare" {
                let version =
                    json!({"PolicyArn": arn, "PolicyDocument": DOCUMENT, "SetAsDefault": true});
                self.call("iam", "CreatePolicyVersion", version).await;
            }
        }
    }

    async fn organizations(&self, bases: &mut Bases) {
        let root = &self.account.names["RootId"];
        let call = async |operation: &str, input: Value| {
            self.call("organizations", operation, input).await
        };
        let unit = call(
            "CreateOrganizationalUnit",
            json!({"ParentId": root, "Name": "empty"}),
        )
        .await;
        bases.add(
            "organizations:DeleteOrganizationalUnit",
            json!({"OrganizationalUnitId": unit["OrganizationalUnit"]["Id"]}),
        );
        let enabled = json!({"RootId": root, "PolicyType": "TAG_POLICY"});
        call("EnablePolicyType", enabled).await;
        for (name, kind, content) in [
            ("spare", "SERVICE_CONTROL_POLICY", DOCUMENT),
            ("tags", "TAG_POLICY", TAGS),
        ] {
            let policy = json!({"Name": name, "Description": "", "Type": kind, "Content": content});
            let policy = call("CreatePolicy", policy).await;
            let id = &policy["Policy"]["PolicySummary"]["Id"];
            if name == "tags" {
                call("AttachPolicy", json!({"PolicyId": id, "TargetId": root})).await;
            } else {
                bases.add("organizations:AttachPolicy", json!({ "PolicyId": id }));
            }
        }
        call(
            "EnableAWSServiceAccess",
            json!({"ServicePrincipal": "account.amazonaws.com"}),
        )
        .await;
    }

    /// Accounts that join, leave, and stand alone.
    async fn other_accounts(&self, bases: &mut Bases) {
        let organizations = "organizations";
        let invite = async |id: &str| {
            let invitation = json!({"Target": {"Id": id, "Type": "ACCOUNT"}});
            let made = self
                .call(organizations, "InviteAccountToOrganization", invitation)
                .await;
            json!({"HandshakeId": made["Handshake"]["Id"]})
        };
        for (id, operation) in [
            ("888800000011", "organizations:AcceptHandshake"),
            ("888800000012", "organizations:DeclineHandshake"),
        ] {
            bases
                .callers
                .insert(operation, self.server.new_account(id).await);
            bases.add(operation, invite(id).await);
        }
        for (id, operation) in [
            ("888800000013", "organizations:LeaveOrganization"),
            (
                "888800000014",
                "organizations:RemoveAccountFromOrganization",
            ),
        ] {
            let who = self.server.new_account(id).await;
            self.by(&who, organizations, "AcceptHandshake", invite(id).await)
                .await;
            if operation.ends_with("LeaveOrganization") {
                bases.callers.insert(operation, who);
            } else {
                bases.add(operation, json!({ "AccountId": id }));
            }
        }
        self.server.new_account("888800000015").await;
        let target = json!({"Target": {"Id": "888800000015", "Type": "ACCOUNT"}});
        bases.add("organizations:InviteAccountToOrganization", target);
        for (id, operation, features) in [
            ("888800000016", "organizations:CreateOrganization", None),
            ("888800000017", "sso-admin:CreateInstance", None),
            ("888800000018", "atrium:StartSSO", Some("ALL")),
            (
                "888800000019",
                "organizations:DeleteOrganization",
                Some("ALL"),
            ),
            (
                "888800000020",
                "organizations:EnableAllFeatures",
                Some("CONSOLIDATED_BILLING"),
            ),
        ] {
            let who = self.server.new_account(id).await;
            if let Some(features) = features {
                self.by(
                    &who,
                    organizations,
                    "CreateOrganization",
                    json!({"FeatureSet": features}),
                )
                .await;
            }
            bases.callers.insert(operation, who);
        }
    }

    async fn identity_center(&self, bases: &mut Bases) {
        let names = &self.account.names;
        let (instance, set) = (&names["InstanceArn"], &names["PermissionSetArn"]);
        let store = &names["IdentityStoreId"];
        let group = json!({"IdentityStoreId": store, "DisplayName": "spare"});
        let group = &self.call("identitystore", "CreateGroup", group).await["GroupId"];
        bases.add(
            "identitystore:CreateGroupMembership",
            json!({ "GroupId": group }),
        );
        bases.add("identitystore:UpdateGroup", json!({ "GroupId": group }));
        bases.add(
            "sso-admin:CreateApplicationAssignment",
            json!({"PrincipalId": group, "PrincipalType": "GROUP"}),
        );
        let assignment = json!({"InstanceArn": instance, "PermissionSetArn": set, "TargetType": "AWS_ACCOUNT",
            "TargetId": names["AccountId"], "PrincipalType": "GROUP", "PrincipalId": group});
        let begun = self
            .call("sso-admin", "DeleteAccountAssignment", assignment)
            .await;
        bases.add(
            "sso-admin:DescribeAccountAssignmentDeletionStatus",
            json!({"AccountAssignmentDeletionRequestId": begun["AccountAssignmentDeletionStatus"]["RequestId"]}),
        );
        let all = json!({"InstanceArn": instance, "PermissionSetArn": set, "TargetType": "ALL_PROVISIONED_ACCOUNTS"});
        let begun = self.call("sso-admin", "ProvisionPermissionSet", all).await;
        bases.add(
            "sso-admin:DescribePermissionSetProvisioningStatus",
            json!({"ProvisionPermissionSetRequestId": begun["PermissionSetProvisioningStatus"]["RequestId"]}),
        );
        let key = json!({"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": KEY});
        let encrypted = json!({"InstanceArn": instance, "EncryptionConfiguration": key});
        self.call("sso-admin", "UpdateInstance", encrypted).await;
        self.server.clock().advance(SETTLING);
        let there = json!({"InstanceArn": instance, "RegionName": "eu-west-1"});
        self.call("sso-admin", "AddRegion", there).await;
        self.server.clock().advance(SETTLING);
        bases.add("sso-admin:AddRegion", json!({"RegionName": "eu-west-2"}));
        for operation in ["sso-admin:DescribeRegion", "sso-admin:RemoveRegion"] {
            bases.add(operation, json!({"RegionName": "eu-west-1"}));
        }
    }

    /// A trail that keeps its insights whatever becomes of the other one.
    async fn cloudtrail(&self, bases: &mut Bases) {
        let made = json!({"Name": "spare", "S3BucketName": self.account.names["Bucket"]});
        self.call("cloudtrail", "CreateTrail", made).await;
        let insights = json!({"TrailName": "spare", "InsightSelectors": [{"InsightType": "ApiErrorRateInsight"}]});
        self.call("cloudtrail", "PutInsightSelectors", insights)
            .await;
        bases.add(
            "cloudtrail:GetInsightSelectors",
            json!({"TrailName": "spare"}),
        );
    }

    /// Event data stores in every state of life.
    async fn lake(&self, bases: &mut Bases) {
        for (operation, ingests, is_deleted) in [
            ("cloudtrail:StopEventDataStoreIngestion", true, false),
            ("cloudtrail:StartEventDataStoreIngestion", false, false),
            ("cloudtrail:DeleteEventDataStore", true, false),
            ("cloudtrail:RestoreEventDataStore", true, true),
        ] {
            let (_, name) = operation.split_once(':').unwrap();
            let made = json!({"Name": name, "StartIngestion": ingests, "TerminationProtectionEnabled": false});
            let made = self.call("cloudtrail", "CreateEventDataStore", made).await;
            let named = json!({"EventDataStore": made["EventDataStoreArn"]});
            if is_deleted {
                self.call("cloudtrail", "DeleteEventDataStore", named.clone())
                    .await;
            }
            bases.add(operation, named);
        }
        let location = &self.account.names["ChannelStoreArn"];
        let made = json!({"Name": "empty", "Source": "CyberArk",
            "Destinations": [{"Type": "EVENT_DATA_STORE", "Location": location}]});
        let made = self.call("cloudtrail", "CreateChannel", made).await;
        let named = json!({"Channel": made["ChannelArn"]});
        bases.add("cloudtrail:DeleteChannel", named);
    }
}
