//! The schema's objects, with those of their attributes that a CloudTrail record can fill.

use crate::shape::{Text, Time, objects};

objects! {
    /// How the event was made known (`metadata`).
    Metadata {
        /// The schema's version.
        version: Text,
        /// What made the event known.
        product: Product,
        /// `eventID`.
        uid: Option<Text>,
        /// `eventType`.
        event_code: Option<Text>,
        /// The profiles that the event's attributes come from.
        profiles: Vec<Text>,
    }
    /// What made an event known (`product`).
    Product {
        /// `CloudTrail`.
        name: Text,
        /// `AWS`.
        vendor_name: Text,
        /// `eventVersion`.
        version: Option<Text>,
        /// `eventCategory`.
        feature: Feature,
    }
    /// A part of a product (`feature`).
    Feature {
        /// Its name.
        name: Text,
    }
    /// Where it happened (`cloud`).
    Cloud {
        /// `AWS`.
        provider: Text,
        /// `awsRegion`.
        region: Option<Text>,
        /// `recipientAccountId`.
        account: Option<Account>,
    }
    /// An account of AWS (`account`).
    Account {
        /// Its id.
        uid: Text,
    }
    /// The call (`api`).
    Api {
        /// `eventName`.
        operation: Text,
        /// `apiVersion`.
        version: Option<Text>,
        /// `eventSource`.
        service: Option<Service>,
        /// What was asked.
        request: Option<Request>,
        /// What was answered.
        response: Option<Response>,
    }
    /// A service (`service`).
    Service {
        /// Its name, such as `sso.amazonaws.com`.
        name: Text,
    }
    /// What was asked (`request`).
    Request {
        /// `requestID`.
        uid: Text,
        /// `requestParameters`, as JSON text.
        data: Option<String>,
    }
    /// What was answered (`response`).
    Response {
        /// `errorCode`.
        error: Option<Text>,
        /// `errorMessage`.
        message: Option<Text>,
        /// `responseElements`, as JSON text.
        data: Option<String>,
    }
    /// Who did it (`actor`).
    Actor {
        /// The caller.
        user: Option<User>,
        /// The caller's session.
        session: Option<Session>,
        /// Who vouches for the caller.
        idp: Option<Idp>,
        /// The service that called for the caller.
        invoked_by: Option<Text>,
    }
    /// A person, a user or a role (`user`).
    User {
        /// What kind of caller it is, in CloudTrail's words.
        r#type: Option<Text>,
        /// A name.
        name: Option<Text>,
        /// An ARN or an id.
        uid: Option<Text>,
        /// Another id.
        uid_alt: Option<Text>,
        /// The key or the token that was used.
        credential_uid: Option<Text>,
        /// The account that it belongs to.
        account: Option<Account>,
    }
    /// A session (`session`).
    Session {
        /// When it began.
        created_time: Option<i64>,
        /// The same as a date.
        created_time_dt: Option<Time>,
        /// Whether a second factor was used for it.
        is_mfa: Option<bool>,
        /// The role or user that it is a session of.
        issuer: Option<Text>,
    }
    /// An identity provider or an identity store (`idp`).
    Idp {
        /// A provider's name.
        name: Option<Text>,
        /// An identity store's ARN.
        uid: Option<Text>,
    }
    /// An end of a connection (`network_endpoint`).
    Endpoint {
        /// An address.
        ip: Option<Text>,
        /// What CloudTrail has where there is no address: a service.
        domain: Option<Text>,
        /// The same, and where a sign-in leads to.
        svc_name: Option<Text>,
        /// A VPC endpoint's id.
        uid: Option<Text>,
        /// `Unknown`, if nothing is known.
        name: Option<Text>,
    }
    /// How it was asked (`http_request`).
    HttpRequest {
        /// `userAgent`.
        user_agent: Text,
    }
    /// Something that was worked on (`resource_details`).
    Resource {
        /// Its ARN or id.
        uid: Text,
        /// Its type, in CloudTrail's words.
        r#type: Option<Text>,
        /// Whose it is.
        owner: Option<Owner>,
    }
    /// Whose a resource is (`user`).
    Owner {
        /// The account.
        account: Account,
    }
    /// Something of Identity Center that was made, changed or removed (`managed_entity`).
    Entity {
        /// Its ARN or id.
        uid: Option<Text>,
        /// Its name.
        name: Option<Text>,
        /// What it is, such as `AWS::SSO::Instance`.
        r#type: Text,
    }
    /// A group (`group`).
    Group {
        /// Its id.
        uid: Option<Text>,
        /// Its name.
        name: Option<Text>,
    }
    /// A policy that was given or taken (`policy`).
    Policy {
        /// Its ARN.
        uid: Option<Text>,
        /// Its name.
        name: Option<Text>,
    }
    /// A value to search for, and where it stands (`observable`).
    Observable {
        /// The attribute.
        name: Text,
        /// What it is.
        r#type: Text,
        /// The same as a number.
        type_id: i32,
        /// The value.
        value: Text,
    }
}
