use atrium_model::{AccountId, Caller, Region, Timestamp};
use serde_json::Value;

/// What is known of one call once it is over.
///
/// Parameters and elements come in as they shall be shown: members named as in the record and secrets already hidden.
#[derive(Clone, Debug)]
pub struct CallFacts<'a> {
    /// Who called; `None` when the caller could not be told.
    pub caller: Option<&'a Caller>,
    /// `eventName`: the operation's name.
    pub operation: &'a str,
    /// `eventSource`, as [`event_source`](crate::event_source) names it.
    pub event_source: &'a str,
    /// `apiVersion`, for the services that write it.
    pub api_version: Option<&'a str>,
    /// `awsRegion`.
    pub region: &'a Region,
    /// `recipientAccountId`: the account that receives this copy.
    pub account: &'a AccountId,
    /// `sourceIPAddress`: an address, or the name of the service that called.
    pub source_ip: &'a str,
    /// `userAgent`, if the client sent one.
    pub user_agent: Option<&'a str>,
    /// `requestID`, the one that the answer carries.
    pub request_id: &'a str,
    /// `eventID`: a UUID of this record alone.
    pub event_id: &'a str,
    /// `eventTime`: when the call finished.
    pub time: Timestamp,
    /// `readOnly`, as [`is_read_only`](crate::is_read_only) tells.
    pub read_only: bool,
    /// `requestParameters`.
    pub request_parameters: Option<Value>,
    /// `responseElements`; left out of the record of a failed or reading call.
    pub response_elements: Option<Value>,
    /// `errorCode` and `errorMessage` of a call that failed.
    pub error: Option<(&'a str, &'a str)>,
    /// `resources`: what the call touched.
    pub resources: Vec<Resource>,
    /// `additionalEventData`.
    pub additional_event_data: Option<Value>,
    /// The protected connection that the call came over, if it was one.
    pub tls: Option<TlsDetails>,
    /// The host the client asked for.
    pub host_header: Option<&'a str>,
    /// `sharedEventID`, equal in all copies that several accounts receive of one call.
    pub shared_event_id: Option<&'a str>,
    /// What kind of event it is.
    pub kind: EventKind,
}

/// `eventType`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum EventKind {
    /// `AwsApiCall`.
    #[default]
    ApiCall,
    /// `AwsServiceEvent`, which has neither parameters nor elements, with its `serviceEventDetails` if it has some.
    ServiceEvent(Option<Value>),
}

/// One entry of a record's `resources`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// The account that owns it; a few of AWS's records leave it out.
    pub account: Option<AccountId>,
    /// Its type, such as `AWS::SSO::Instance`.
    pub kind: String,
    /// Its ARN, or what the service uses as one.
    pub arn: String,
}

/// How a connection was protected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsDetails {
    /// Such as `TLSv1.3`.
    pub version: String,
    /// Such as `TLS_AES_128_GCM_SHA256`.
    pub cipher_suite: String,
}
