//! The static schema: what the service models say, as data that codecs and validation walk.

use std::fmt;

pub use crate::pattern::Pattern;

/// How a service puts requests and answers on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// JSON bodies, `X-Amz-Target`, `application/x-amz-json-1.0`.
    AwsJson10,
    /// JSON bodies, `X-Amz-Target`, `application/x-amz-json-1.1`.
    AwsJson11,
    /// Form parameters with `Action` and `Version`; XML answers.
    AwsQuery,
    /// HTTP methods and paths, JSON bodies.
    RestJson1,
}

/// One service.
pub struct ServiceMeta {
    /// Name of its model file, such as `sso-admin`.
    pub name: &'static str,
    /// `serviceId` of the model, such as `SSO Admin`.
    pub service_id: &'static str,
    /// How it speaks.
    pub protocol: Protocol,
    /// A date; part of query requests.
    pub api_version: &'static str,
    /// Service name in the credential scope of signatures, such as `sso`.
    pub signing_name: &'static str,
    /// First label of its public host name.
    pub endpoint_prefix: &'static str,
    /// What stands before the dot in `X-Amz-Target`; empty for other protocols.
    pub target_prefix: &'static str,
    /// Namespace of query answers; empty for other protocols.
    pub xml_namespace: &'static str,
    /// In the order of the model.
    pub operations: &'static [&'static OperationMeta],
}

/// One operation.
pub struct OperationMeta {
    /// Such as `CreateInstance`.
    pub name: &'static str,
    /// The service it belongs to.
    pub service: &'static ServiceMeta,
    /// HTTP method.
    pub method: &'static str,
    /// Path template, with a query string where it tells operations apart.
    pub uri: &'static str,
    /// HTTP status of a success.
    pub status: u16,
    /// Shape of the request, if the model gives one.
    pub input: Option<&'static ShapeMeta>,
    /// Shape of the answer; without one, JSON answers have an empty body.
    pub output: Option<&'static ShapeMeta>,
    /// Element around the result in query answers.
    pub result_wrapper: Option<&'static str>,
    /// Error shapes the model declares.
    pub errors: &'static [&'static ShapeMeta],
    /// Callers need no signature.
    pub unsigned: bool,
    /// The model says it changes nothing. Most models say so of no operation.
    pub read_only: bool,
    /// The model says repeating it is harmless.
    pub idempotent: bool,
}

/// What a shape is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the model's own")]
pub enum Kind {
    Structure,
    List,
    Map,
    String,
    Integer,
    Long,
    Float,
    Double,
    Boolean,
    Timestamp,
    Blob,
    /// Any JSON.
    Document,
}

impl Kind {
    /// Whether values have no members or items.
    pub fn is_scalar(self) -> bool {
        !matches!(self, Self::Structure | Self::List | Self::Map)
    }

    /// The kind in the words of an error message.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Structure | Self::Map => "structure or map",
            Self::List => "list",
            Self::String => "String",
            Self::Integer => "Integer",
            Self::Long => "Long",
            Self::Float => "Float",
            Self::Double => "Double",
            Self::Boolean => "Boolean",
            Self::Timestamp => "Timestamp",
            Self::Blob => "Blob",
            Self::Document => "Document",
        }
    }
}

/// One shape with its constraints.
pub struct ShapeMeta {
    /// Name in the model.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// Members of a structure, in the order of the model.
    pub members: &'static [MemberMeta],
    /// Items of a list.
    pub item: Option<&'static MemberMeta>,
    /// Keys of a map.
    pub key: Option<&'static MemberMeta>,
    /// Values of a map.
    pub value: Option<&'static MemberMeta>,
    /// Least value, or least length: code points of strings, bytes of blobs, items of lists and maps.
    pub min: Option<i64>,
    /// Greatest value or length.
    pub max: Option<i64>,
    /// Regular expression that the whole text must match.
    pub pattern: Option<&'static Pattern>,
    /// Allowed texts; empty when any is.
    pub values: &'static [&'static str],
    /// Never to be logged.
    pub sensitive: bool,
    /// Items stand without an element around them (query protocol).
    pub flattened: bool,
    /// Exactly one member is set.
    pub union: bool,
    /// How timestamps are written, where the model overrides the protocol.
    pub timestamp: Option<TimestampFormat>,
    /// Set on error shapes.
    pub error: Option<ErrorMeta>,
}

/// One member of a structure, or the item, key or value of a collection.
pub struct MemberMeta {
    /// Name in the model.
    pub name: &'static str,
    /// Name on the wire.
    pub wire_name: &'static str,
    /// Where in the HTTP message it stands.
    pub location: Location,
    /// May not be absent.
    pub required: bool,
    /// Clients fill it with a random token of their own.
    pub idempotency_token: bool,
    /// Items stand without an element around them (query protocol).
    pub flattened: bool,
    /// How this timestamp is written, where the model overrides the protocol.
    pub timestamp: Option<TimestampFormat>,
    /// Its shape.
    pub shape: &'static ShapeMeta,
}

impl MemberMeta {
    /// Stands for a value that is all of a body.
    pub(crate) fn whole(shape: &'static ShapeMeta) -> Self {
        Self {
            name: "",
            wire_name: "",
            location: Location::Body,
            required: true,
            idempotency_token: false,
            flattened: false,
            timestamp: None,
            shape,
        }
    }
}

/// Where in the HTTP message a member stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Location {
    Body,
    Header,
    Uri,
    Query,
    Status,
}

/// A way to write timestamps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimestampFormat {
    /// `2026-07-01T12:08:19Z`.
    Iso8601,
    /// Seconds since 1970 as a number, with a fraction if there is one.
    Epoch,
    /// `Wed, 01 Jul 2026 12:08:19 GMT`.
    HttpDate,
}

/// What the model says of an error shape.
#[derive(Clone, Copy, Debug)]
pub struct ErrorMeta {
    /// Code on the wire where it isn't the shape's name.
    pub code: Option<&'static str>,
    /// HTTP status, where given.
    pub status: Option<u16>,
    /// The service's fault, not the caller's.
    pub fault: bool,
}

impl ServiceMeta {
    /// The operation named `name`.
    pub fn operation(&self, name: &str) -> Option<&'static OperationMeta> {
        self.operations
            .iter()
            .copied()
            .find(|operation| operation.name == name)
    }
}

impl OperationMeta {
    /// The declared error shape with this name or wire code.
    pub fn error(&self, code: &str) -> Option<&'static ShapeMeta> {
        let named = |shape: &&&'static ShapeMeta| shape.name == code;
        let coded =
            |shape: &&&'static ShapeMeta| shape.error.is_some_and(|error| error.code == Some(code));
        self.errors
            .iter()
            .find(named)
            .or_else(|| self.errors.iter().find(coded))
            .copied()
    }
}

impl ShapeMeta {
    /// The member named `name` in the model.
    pub fn member(&self, name: &str) -> Option<&'static MemberMeta> {
        self.members.iter().find(|member| member.name == name)
    }
}

// Shapes may contain themselves, so none of these can print their parts.

impl fmt::Debug for ServiceMeta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Debug for OperationMeta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service.name, self.name)
    }
}

impl fmt::Debug for ShapeMeta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Debug for MemberMeta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.shape.name)
    }
}

impl PartialEq for OperationMeta {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.service.name == other.service.name
    }
}

impl Eq for OperationMeta {}
