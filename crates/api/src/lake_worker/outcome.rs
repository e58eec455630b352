//! What becomes of a query when its program ends, in AWS's words.

use atrium_model::lake::QueryStatus;

use super::process::{Failure, Statistics};

/// What AWS says of an answer that is too large.
pub(super) const TOO_LARGE: &str = "Query response is too large";
/// What AWS says of a query that takes too much memory.
pub(super) const EXHAUSTED: &str = "Query exhausted resources at this scale factor";

/// How a run ended.
pub(super) struct Outcome {
    pub(super) status: QueryStatus,
    pub(super) error: Option<String>,
    pub(super) statistics: Statistics,
}

/// What became of a query whose program has ended.
pub(super) fn outcome(
    is_good: bool,
    statistics: Option<Statistics>,
    trouble: Option<Failure>,
) -> Outcome {
    let found = statistics.unwrap_or_default();
    let ended = |status, error| Outcome {
        status,
        error,
        statistics: found,
    };
    match trouble {
        None if is_good && statistics.is_some() => ended(QueryStatus::Finished, None),
        // It went beyond its memory, or was killed by somebody who needed that.
        None => ended(QueryStatus::Failed, Some(EXHAUSTED.to_owned())),
        Some(trouble) => match trouble.kind.as_str() {
            "timed_out" => ended(QueryStatus::TimedOut, Some(trouble.message)),
            "too_many_rows" => ended(QueryStatus::Failed, Some(TOO_LARGE.to_owned())),
            "exhausted" => ended(QueryStatus::Failed, Some(EXHAUSTED.to_owned())),
            "storage" | "internal" => {
                tracing::error!(error = %trouble.message, "a query failed");
                ended(QueryStatus::Failed, Some("Internal error".to_owned()))
            }
            _ => ended(QueryStatus::Failed, Some(placed(&trouble))),
        },
    }
}

/// A run without an answer.
pub(super) fn failed(why: &str) -> Outcome {
    Outcome {
        status: QueryStatus::Failed,
        error: Some(why.to_owned()),
        statistics: Statistics::default(),
    }
}

/// A run that went on and on.
pub(super) fn overdue() -> Outcome {
    Outcome {
        status: QueryStatus::TimedOut,
        ..failed("The query took too long")
    }
}

/// What is wrong with a statement, and where.
fn placed(trouble: &Failure) -> String {
    match (trouble.line, trouble.column) {
        (Some(line), Some(column)) => format!("line {line}:{column}: {}", trouble.message),
        _ => trouble.message.clone(),
    }
}

/// The model allows from 4 to 1,000 characters.
pub(super) fn shortened(text: &str) -> String {
    let text: String = text.chars().take(1_000).collect();
    match text.chars().count() < 4 {
        true => "Internal error".to_owned(),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_as_the_program_says() {
        let some = Some(Statistics::default());
        let trouble = |kind: &str| {
            Some(Failure {
                kind: kind.to_owned(),
                line: Some(2),
                column: Some(7),
                message: "no such column".to_owned(),
            })
        };
        let cases = [
            ("good", true, some, None, QueryStatus::Finished, None),
            (
                "killed",
                false,
                None,
                None,
                QueryStatus::Failed,
                Some(EXHAUSTED),
            ),
            (
                "cut short",
                true,
                None,
                None,
                QueryStatus::Failed,
                Some(EXHAUSTED),
            ),
            (
                "slow",
                false,
                some,
                trouble("timed_out"),
                QueryStatus::TimedOut,
                Some("no such column"),
            ),
            (
                "large",
                false,
                some,
                trouble("too_many_rows"),
                QueryStatus::Failed,
                Some(TOO_LARGE),
            ),
            (
                "greedy",
                false,
                some,
                trouble("exhausted"),
                QueryStatus::Failed,
                Some(EXHAUSTED),
            ),
            (
                "broken",
                false,
                some,
                trouble("storage"),
                QueryStatus::Failed,
                Some("Internal error"),
            ),
            (
                "wrong",
                false,
                None,
                trouble("unknown"),
                QueryStatus::Failed,
                Some("line 2:7: no such column"),
            ),
        ];
        for (case, is_good, statistics, trouble, status, error) in cases {
            let found = outcome(is_good, statistics, trouble);
            assert_eq!(
                (found.status, found.error.as_deref()),
                (status, error),
                "{case}"
            );
        }
    }

    #[test]
    fn a_message_fits_the_model() {
        assert_eq!(shortened(&"é".repeat(2000)).chars().count(), 1000);
        assert_eq!(shortened("no"), "Internal error");
        assert_eq!(shortened("line"), "line");
    }
}
