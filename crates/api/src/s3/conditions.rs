//! Conditional requests (RFC 9110, section 13) on an object.

use atrium_model::Timestamp;
use s3s::dto::ETagCondition;
use s3s::{S3Error, s3_error};

/// The conditions of a read. Times are whole seconds since the epoch.
#[derive(Clone, Debug, Default)]
pub(super) struct ReadConditions {
    pub(super) if_match: Option<ETagCondition>,
    pub(super) if_none_match: Option<ETagCondition>,
    pub(super) if_modified_since: Option<i64>,
    pub(super) if_unmodified_since: Option<i64>,
}

/// Why a read is not answered with the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unmet {
    /// 412.
    Failed,
    /// 304.
    NotModified,
}

impl ReadConditions {
    /// Checks the conditions in the order of RFC 9110, section 13.2.2.
    pub(super) fn check(&self, etag: &str, modified: Timestamp) -> Result<(), Unmet> {
        let modified = modified.as_seconds();
        match (&self.if_match, self.if_unmodified_since) {
            (Some(condition), _) if !matches(condition, etag) => return Err(Unmet::Failed),
            (None, Some(since)) if modified > since => return Err(Unmet::Failed),
            _ => {}
        }
        match (&self.if_none_match, self.if_modified_since) {
            (Some(condition), _) if matches(condition, etag) => Err(Unmet::NotModified),
            (None, Some(since)) if modified <= since => Err(Unmet::NotModified),
            _ => Ok(()),
        }
    }
}

/// The conditions of a write.
#[derive(Clone, Debug, Default)]
pub(super) struct WriteConditions {
    pub(super) if_match: Option<ETagCondition>,
    pub(super) if_none_match: Option<ETagCondition>,
}

impl WriteConditions {
    /// Checks the conditions against the object that would be replaced, if there is one.
    pub(super) fn check(&self, etag: Option<&str>) -> Result<(), S3Error> {
        if let Some(condition) = &self.if_match {
            match etag {
                None => return Err(s3_error!(NoSuchKey, "The specified key does not exist.")),
                Some(etag) if !matches(condition, etag) => return Err(failed()),
                Some(_) => {}
            }
        }
        match (&self.if_none_match, etag) {
            (Some(condition), Some(etag)) if matches(condition, etag) => Err(failed()),
            _ => Ok(()),
        }
    }
}

/// 412, or 304 without a body.
pub(super) fn refusal(unmet: Unmet) -> S3Error {
    match unmet {
        Unmet::Failed => failed(),
        Unmet::NotModified => s3_error!(NotModified, "Not Modified"),
    }
}

fn failed() -> S3Error {
    s3_error!(
        PreconditionFailed,
        "At least one of the pre-conditions you specified did not hold"
    )
}

fn matches(condition: &ETagCondition, etag: &str) -> bool {
    condition
        .as_etag()
        .is_none_or(|given| given.value() == etag)
}

#[cfg(test)]
mod tests {
    use s3s::S3ErrorCode;

    use super::*;

    fn tag(text: &str) -> Option<ETagCondition> {
        Some(ETagCondition::parse_http_header(text.as_bytes()).expect("a condition"))
    }

    #[test]
    fn reads_follow_the_rfc() {
        let none = ReadConditions::default;
        let cases = [
            ("none", none(), Ok(())),
            (
                "the same",
                ReadConditions {
                    if_match: tag("\"a\""),
                    ..none()
                },
                Ok(()),
            ),
            (
                "another",
                ReadConditions {
                    if_match: tag("\"b\""),
                    ..none()
                },
                Err(Unmet::Failed),
            ),
            (
                "any",
                ReadConditions {
                    if_match: tag("*"),
                    ..none()
                },
                Ok(()),
            ),
            (
                "not the same",
                ReadConditions {
                    if_none_match: tag("\"a\""),
                    ..none()
                },
                Err(Unmet::NotModified),
            ),
            (
                "not another",
                ReadConditions {
                    if_none_match: tag("\"b\""),
                    ..none()
                },
                Ok(()),
            ),
            (
                "newer",
                ReadConditions {
                    if_modified_since: Some(9),
                    ..none()
                },
                Ok(()),
            ),
            (
                "as old",
                ReadConditions {
                    if_modified_since: Some(10),
                    ..none()
                },
                Err(Unmet::NotModified),
            ),
            (
                "changed",
                ReadConditions {
                    if_unmodified_since: Some(9),
                    ..none()
                },
                Err(Unmet::Failed),
            ),
            (
                "unchanged",
                ReadConditions {
                    if_unmodified_since: Some(10),
                    ..none()
                },
                Ok(()),
            ),
            (
                "a tag counts more than a time",
                ReadConditions {
                    if_none_match: tag("\"b\""),
                    if_modified_since: Some(10),
                    ..none()
                },
                Ok(()),
            ),
            (
                "both ways",
                ReadConditions {
                    if_match: tag("\"a\""),
                    if_unmodified_since: Some(0),
                    ..none()
                },
                Ok(()),
            ),
        ];
        for (case, conditions, want) in cases {
            assert_eq!(
                conditions.check("a", Timestamp::from_millis(10_999)),
                want,
                "{case}"
            );
        }
    }

    #[test]
    fn writes_look_at_what_they_replace() {
        let create = WriteConditions {
            if_none_match: tag("*"),
            ..WriteConditions::default()
        };
        let replace = WriteConditions {
            if_match: tag("\"a\""),
            ..WriteConditions::default()
        };
        let cases = [
            ("create", &create, None, None),
            (
                "create again",
                &create,
                Some("a"),
                Some(S3ErrorCode::PreconditionFailed),
            ),
            ("replace", &replace, Some("a"), None),
            (
                "replace another",
                &replace,
                Some("b"),
                Some(S3ErrorCode::PreconditionFailed),
            ),
            (
                "replace nothing",
                &replace,
                None,
                Some(S3ErrorCode::NoSuchKey),
            ),
        ];
        for (case, conditions, etag, want) in cases {
            assert_eq!(
                conditions
                    .check(etag)
                    .err()
                    .map(|error| error.code().clone()),
                want,
                "{case}"
            );
        }
    }
}
