//! Valid input for any operation, made from its model: identifiers by the names of their members, the rest from a
//! small table and the shapes' constraints.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use atrium_testkit::SamlIdentityProvider;
use atrium_wire::OperationMeta;
use atrium_wire::meta::{Kind, MemberMeta, ShapeMeta};
use serde_json::{Map, Value, json};

use crate::world::Names;

const DOCUMENT: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}"#;
const DELEGATION: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"organizations:DescribePolicy","Resource":"*"}]}"#;
const READ_ONLY: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";
/// Optional members that name something.
const ALSO: &[&str] = &[
    "AccountId",
    "PermissionsBoundary",
    "PolicyArns",
    "TargetId",
    "arn",
    "LookupAttributes",
    "ApplicationAccount",
    "ParentHandshakeId",
    "UserName",
    "NewUserName",
    "NewGroupName",
    "DisplayName",
    "Name",
    "Emails",
    "SAMLMetadataDocument",
    "TrailName",
    "EventSelectors",
    "InsightType",
    "QueryId",
    "QueryStatement",
    "ImportId",
];

/// The SAML identity provider that everybody trusts.
pub static IDENTITY_PROVIDER: LazyLock<SamlIdentityProvider> =
    LazyLock::new(|| SamlIdentityProvider::new("https://idp.example.com"));

/// A policy that lets somebody put events into a channel.
pub fn channel_policy(channel: &str) -> String {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "999900000009"},
        "Action": "cloudtrail-data:PutAuditEvents", "Resource": channel}]})
    .to_string()
}

/// An input with the identifiers that it takes.
#[derive(Clone, Debug)]
pub struct Input {
    pub value: Value,
    /// Members that name something of one account and no other.
    pub global: BTreeSet<&'static str>,
}

/// This value, or the first that is allowed.
fn usual(values: &[&'static str], value: &'static str) -> &'static str {
    if values.contains(&value) {
        value
    } else {
        values[0]
    }
}

/// Where the names come from.
pub struct Filler<'a> {
    operation: &'static OperationMeta,
    own: &'a Names,
    foreign: &'a Names,
    /// Members that are filled from `foreign`; all if there is no such list.
    only: Option<&'a BTreeSet<&'static str>>,
    /// Makes new names differ.
    number: usize,
    global: BTreeSet<&'static str>,
    /// There is nothing foreign to name.
    lacks: bool,
}

/// Input of `operation` with everything from one account.
pub fn own(operation: &'static OperationMeta, names: &Names, number: usize) -> Input {
    mixed(operation, names, names, None, number)
        .unwrap_or_else(|| panic!("{operation:?} names what the account doesn't have"))
}

/// Input of `operation` with the members `only` (or all) from `foreign`, the others from `own`; none if `foreign` has
/// no such thing as the operation is about.
pub fn mixed(
    operation: &'static OperationMeta,
    own: &Names,
    foreign: &Names,
    only: Option<&BTreeSet<&'static str>>,
    number: usize,
) -> Option<Input> {
    let (global, lacks) = Default::default();
    let mut filler = Filler {
        operation,
        own,
        foreign,
        only,
        number,
        global,
        lacks,
    };
    let value = operation
        .input
        .map_or_else(|| json!({}), |shape| filler.structure(shape));
    if filler.lacks {
        return None;
    }
    if let Err(error) = atrium_wire::validate(operation, &value) {
        panic!(
            "{operation:?} can't be filled: {} in {value}",
            error.message
        );
    }
    Some(Input {
        value,
        global: filler.global,
    })
}

impl Filler<'_> {
    fn structure(&mut self, shape: &'static ShapeMeta) -> Value {
        let mut members = Map::new();
        for member in shape.members {
            let wanted = if shape.union {
                members.is_empty()
            } else {
                self.wants(shape, member)
            };
            if wanted && let Some(value) = self.member(shape, member) {
                members.insert(member.name.to_owned(), value);
            }
        }
        members.into()
    }

    fn wants(&self, shape: &ShapeMeta, member: &MemberMeta) -> bool {
        if member.required || ALSO.contains(&member.name) {
            // Of the caller's own things one says nothing.
            return !matches!(
                (
                    self.operation.service.name,
                    self.operation.name,
                    member.name
                ),
                ("organizations", "UpdatePolicy", "Name")
                    | ("sso-admin", "UpdateInstance", "Name")
                    | ("iam", "GetUser", _)
            ) || member.required;
        }
        member.name == "Filter" && shape.name.starts_with("ListApplication")
    }

    fn member(&mut self, shape: &'static ShapeMeta, member: &'static MemberMeta) -> Option<Value> {
        if let Some(key) = self.identifier(shape, member) {
            return self.identify(member, key);
        }
        if let Some(value) = self.plain(shape, member) {
            return Some(value);
        }
        Some(self.of(member.shape))
    }

    fn identify(&mut self, member: &'static MemberMeta, key: &'static str) -> Option<Value> {
        let local = ["UserName", "RoleName", "GroupName", "PolicyName"].contains(&key);
        let other = self.only.is_none_or(|only| only.contains(member.name));
        if !local {
            self.global.insert(member.name);
        }
        let names = if other { self.foreign } else { self.own };
        let Some(found) = names.get(key).or_else(|| self.foreign.get(key)).cloned() else {
            self.lacks = true;
            return None;
        };
        Some(if member.shape.kind == Kind::List {
            json!([found])
        } else {
            found.into()
        })
    }

    /// Which name of an account the member takes.
    fn identifier(&self, shape: &ShapeMeta, member: &MemberMeta) -> Option<&'static str> {
        let operation = self.operation.name;
        let creates = operation.starts_with("Create");
        Some(
            match (self.operation.service.name, shape.name, member.name) {
                ("account", _, "AccountId") => "AccountId",
                ("sso-admin", _, "InstanceArn") => "InstanceArn",
                ("sso-admin", _, "ResourceArn") => "InstanceArn",
                ("sso-admin", _, "ApplicationArn") => "ApplicationArn",
                ("sso-admin", _, "PrincipalId") => "UserId",
                ("sso-admin", _, "ApplicationAccount" | "AccountId" | "TargetId") => "AccountId",
                ("sso-admin", _, "PermissionSetArn") => "PermissionSetArn",
                ("sso-admin", _, "TrustedTokenIssuerArn") => "TrustedTokenIssuerArn",
                ("sso-admin", _, name) if name.ends_with("RequestId") => "AssignmentRequestId",
                ("identitystore", _, "IdentityStoreId") => "IdentityStoreId",
                ("identitystore", _, "UserId") => "UserId",
                ("identitystore", _, "GroupId" | "GroupIds") => "GroupId",
                ("identitystore", _, "MembershipId") => "MembershipId",
                ("organizations", "HandshakeParty", "Id") => "AccountId",
                ("organizations", _, "AccountId" | "ChildId" | "ResourceId" | "TargetId") => {
                    "AccountId"
                }
                ("organizations", _, "CreateAccountRequestId") => "CreateAccountRequestId",
                ("organizations", _, "DestinationParentId" | "OrganizationalUnitId") => {
                    "OrganizationalUnitId"
                }
                ("organizations", _, "SourceParentId" | "ParentId" | "RootId") => "RootId",
                ("organizations", _, "HandshakeId" | "ParentHandshakeId") => "HandshakeId",
                ("organizations", _, "PolicyId") => "PolicyId",
                ("organizations", _, "Id") => "TransferId",
                ("iam", _, "PolicyArn" | "PermissionsBoundary") => "PolicyArn",
                ("iam", _, "AccessKeyId") => "AccessKeyId",
                ("iam", _, "AccountAlias") if !creates => "AccountAlias",
                ("iam", _, "UserName") if operation != "CreateUser" => "UserName",
                ("iam", _, "RoleName") if operation != "CreateRole" => "RoleName",
                ("iam", _, "GroupName") if operation != "CreateGroup" => "GroupName",
                ("iam", _, "PolicyName") if operation != "CreatePolicy" => "PolicyName",
                ("sso", _, "accountId") => "AccountId",
                ("sso-oidc", _, "clientId") => "ApplicationArn",
                ("iam", _, "OpenIDConnectProviderArn") => "OpenIDConnectProviderArn",
                ("iam", _, "SAMLProviderArn") | ("sts", _, "PrincipalArn") => "SAMLProviderArn",
                ("sts", _, "RoleArn") => "RoleArn",
                ("sts", _, "AccessKeyId") => "AccessKeyId",
                ("sts", _, "arn") => "PolicyArn",
                ("cloudtrail", _, "AttributeValue") => "AccessKeyId",
                ("cloudtrail", _, "S3BucketName") => "Bucket",
                (
                    "cloudtrail",
                    "CreateTrailRequest"
                    | "CreateEventDataStoreRequest"
                    | "UpdateEventDataStoreRequest"
                    | "CreateChannelRequest"
                    | "UpdateChannelRequest",
                    "Name",
                ) => return None,
                ("cloudtrail", _, "EventDataStore") => "EventDataStoreArn",
                ("cloudtrail", _, "ImportId") => "ImportId",
                ("cloudtrail", _, "Channel" | "ResourceArn")
                | ("cloudtrail-data", _, "channelArn") => "ChannelArn",
                ("cloudtrail", "Destination", "Location") => "ChannelStoreArn",
                ("cloudtrail", _, "QueryId") => "QueryId",
                ("cloudtrail", _, "QueryStatement") => "QueryStatement",
                ("cloudtrail", _, "MemberAccountId" | "DelegatedAdminAccountId") => "AccountId",
                ("cloudtrail", _, "Name" | "TrailName" | "ResourceId" | "ResourceIdList")
                    if shape.name.ends_with("Request") =>
                {
                    "TrailARN"
                }
                _ => return None,
            },
        )
    }

    /// What is no identifier, but has to have some sense.
    fn plain(&self, shape: &ShapeMeta, member: &MemberMeta) -> Option<Value> {
        let fresh = format!("fresh{}", self.number);
        let found = self.foreign;
        Some(
            match (
                self.operation.service.name,
                self.operation.name,
                member.name,
            ) {
                (_, _, "RegionName") => json!("ap-east-1"),
                (_, _, "Email") => json!(format!("{fresh}@made.example")),
                (_, _, "StartTimestamp") => {
                    json!(found["TransferStart"].parse::<i64>().unwrap())
                }
                ("organizations", "PutResourcePolicy", "Content") => json!(DELEGATION),
                (_, _, "AssumeRolePolicyDocument") => json!(TRUST),
                ("iam", "UpdateAssumeRolePolicy", "PolicyDocument") => json!(TRUST),
                (_, _, "Content" | "PolicyDocument" | "InlinePolicy") => json!(DOCUMENT),
                (_, _, "ManagedPolicyArn") => json!(READ_ONLY),
                ("sso-admin", _, "PermissionsBoundary") => json!({"ManagedPolicyArn": READ_ONLY}),
                ("cloudtrail", _, "Source") => json!("GitHub"),
                ("cloudtrail", _, "ResourcePolicy") => json!(channel_policy(&found["ChannelArn"])),
                (_, _, "Source") => json!(["${path:userName}"]),
                (_, _, "IssuerUrl") => json!(format!("https://{fresh}.example")),
                (_, _, "ClaimAttributePath") => json!("email"),
                (_, _, "IdentityStoreAttributePath") => json!("emails.value"),
                (_, _, "SAMLMetadataDocument") => json!(IDENTITY_PROVIDER.metadata()),
                ("iam", _, "Url") => json!(format!("https://{fresh}.example/tokens")),
                ("iam", _, "ThumbprintList") => json!(["a".repeat(40)]),
                (_, _, "VersionId") => json!("v1"),
                ("sso-oidc", _, "grantType") => json!("refresh_token"),
                ("iam", _, "Status") => json!("Inactive"),
                (_, _, "ServicePrincipal") => json!("sso.amazonaws.com"),
                ("organizations", _, "PolicyType" | "Type" | "Filter")
                    if shape.name != "HandshakeParty" =>
                {
                    usual(member.shape.values, "SERVICE_CONTROL_POLICY").into()
                }
                (_, _, "ApplicationProviderArn" | "ApplicationProvider") => {
                    json!("arn:aws:sso::aws:applicationProvider/custom")
                }
                (_, _, "ActorPolicy") => {
                    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
                "Principal": {"AWS": "*"}, "Action": "sso-oauth:CreateTokenWithIAM", "Resource": "*"}]})
                }
                (_, _, "Scope") => json!("sso:account:access"),
                ("identitystore", "GetUserId" | "GetGroupId", "AlternateIdentifier") => {
                    let user = self.operation.name == "GetUserId";
                    let path = if user { "userName" } else { "displayName" };
                    let name = &found[if user { "Person" } else { "People" }];
                    json!({"UniqueAttribute": {"AttributePath": path, "AttributeValue": name}})
                }
                ("identitystore", "UpdateUser" | "UpdateGroup", "Operations") => {
                    json!([{"AttributePath": "displayName", "AttributeValue": fresh}])
                }
                ("identitystore", _, "Emails") => {
                    json!([{"Value": format!("{fresh}@people.example")}])
                }
                ("identitystore", _, "Name") => json!({"GivenName": "New", "FamilyName": fresh}),
                ("iam", "CreateUser", "UserName")
                | ("iam", "CreateRole", "RoleName")
                | ("iam", "CreateGroup", "GroupName")
                | ("iam", "CreatePolicy", "PolicyName")
                | ("iam", _, "NewUserName" | "NewGroupName" | "AccountAlias") => json!(fresh),
                ("cloudtrail", _, "AttributeKey") => json!("AccessKeyId"),
                _ if member.shape.kind == Kind::String && member.shape.values.is_empty() => {
                    json!(fresh)
                }
                _ => return None,
            },
        )
    }

    /// The least that the shape allows.
    fn of(&mut self, shape: &'static ShapeMeta) -> Value {
        match shape.kind {
            Kind::Structure => self.structure(shape),
            Kind::List => {
                let item = shape.item.unwrap().shape;
                if item.kind == Kind::Structure {
                    return json!([self.structure(item)]);
                }
                json!([if item.values.is_empty() {
                    json!("fresh")
                } else {
                    json!(item.values[0])
                }])
            }
            Kind::Map => json!({}),
            Kind::String | Kind::Blob => shape.values.first().copied().unwrap_or("fresh").into(),
            Kind::Integer | Kind::Long => shape.min.unwrap_or(1).max(1).into(),
            Kind::Float | Kind::Double => json!(1.0),
            Kind::Boolean => json!(true),
            Kind::Timestamp => json!(1_700_000_000),
            Kind::Document => json!({}),
        }
    }
}
