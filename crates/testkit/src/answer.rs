use atrium_wire::{OperationMeta, Protocol};
use bytes::Bytes;
use http::{HeaderMap, Response};
use serde_json::Value;

use crate::xml::Element;

/// What the server answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// HTTP headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub text: String,
    /// The output's members as in the model; of an error, the members of its body.
    pub value: Value,
    code: Option<String>,
    message: Option<String>,
}

impl Answer {
    /// Reads an answer to `operation`.
    pub fn read(operation: &'static OperationMeta, response: Response<Bytes>) -> Self {
        let (parts, body) = response.into_parts();
        let text = String::from_utf8_lossy(&body).into_owned();
        let mut answer = Self {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text,
            value: Value::Null,
            code: None,
            message: None,
        };
        match operation.service.protocol {
            Protocol::AwsQuery => answer.read_xml(operation),
            _ => answer.read_json(),
        }
        answer
    }

    fn read_json(&mut self) {
        self.value = serde_json::from_str(&self.text).unwrap_or(Value::Null);
        if self.status < 400 {
            return;
        }
        let header = self
            .headers
            .get("x-amzn-errortype")
            .and_then(|value| value.to_str().ok());
        let code = header.or_else(|| self.value["__type"].as_str());
        // `aws.protocols#Code:http://…`
        let bare = |code: &str| {
            let code = code.split(':').next().unwrap_or_default();
            code.rsplit('#').next().unwrap_or_default().to_owned()
        };
        self.code = code.map(bare);
        let message = ["message", "Message", "error_description"]
            .iter()
            .find_map(|name| self.value[name].as_str());
        self.message = message.map(str::to_owned);
    }

    fn read_xml(&mut self, operation: &'static OperationMeta) {
        let Some(root) = Element::parse(&self.text) else {
            return;
        };
        if let Some(error) = root.child("Error") {
            let text = |name: &str| error.child(name).map(|child| child.text.clone());
            self.code = text("Code");
            self.message = text("Message");
            return;
        }
        let result = operation.result_wrapper.and_then(|name| root.child(name));
        if let (Some(result), Some(shape)) = (result, operation.output) {
            self.value = result.value(shape);
        }
    }

    /// Whether the call succeeded.
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The error's code, without a namespace.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The error's message; empty if there is none.
    pub fn message(&self) -> &str {
        self.message.as_deref().unwrap_or_default()
    }

    /// The output, which must be there.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.is_ok(), "{} {}", self.status, self.text);
        self.value
    }

    /// The error's code, which must be there.
    #[track_caller]
    pub fn refused(&self) -> &str {
        match self.code() {
            Some(code) if self.status >= 400 => code,
            _ => panic!("no error: {} {}", self.status, self.text),
        }
    }
}
