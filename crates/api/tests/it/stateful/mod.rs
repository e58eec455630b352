//! Random sequences of calls, held against small models of what must be there after each of them, through the whole
//! edge and on both databases. Each sequence has an account or an organization of its own.

mod access;
mod directory;
mod organizations;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use atrium_testkit::{Credentials, Server};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::task::block_in_place;

use crate::world::REGION;

/// How many sequences are tried, where more than usual are wanted.
const SEQUENCES: &str = "ATRIUM_TEST_SEQUENCES";

/// Tries `check` on sequences of what `step` makes; a sequence that fails is made shorter as long as it fails.
fn sequences<T: Clone + std::fmt::Debug, F: Future<Output = ()>>(
    usual: u32,
    step: impl Strategy<Value = T>,
    length: Range<usize>,
    check: impl Fn(Vec<T>) -> F,
) {
    let wanted = std::env::var(SEQUENCES).ok();
    let cases = wanted.map_or(usual, |text| text.parse().unwrap());
    let mut runner = TestRunner::new(ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: 400,
        max_shrink_time: 60_000,
        ..ProptestConfig::default()
    });
    let tried = runner.run(&vec(step, length), |steps| {
        block_in_place(|| Handle::current().block_on(check(steps)));
        Ok(())
    });
    tried.unwrap_or_else(|error| panic!("{error}"));
}

/// An account of a server with `dev` that no other sequence has.
fn fresh_account() -> Credentials {
    static MADE: AtomicU64 = AtomicU64::new(0);
    named(&format!(
        "{:012}",
        300_000_000_000 + MADE.fetch_add(1, Ordering::Relaxed)
    ))
}

fn named(account: &str) -> Credentials {
    Credentials::new(account, account, "anything")
}

/// Somebody who calls.
struct By<'a> {
    server: &'a Server,
    who: Credentials,
}

impl By<'_> {
    /// The answer, or the error's code.
    async fn call(&self, service: &str, operation: &str, input: Value) -> Result<Value, String> {
        let answer = self
            .server
            .call(&self.who, REGION, service, operation, input)
            .await;
        match answer.is_ok() {
            true => Ok(answer.value),
            false => Err(answer.refused().to_owned()),
        }
    }

    async fn ok(&self, service: &str, operation: &str, input: Value) -> Value {
        let shown = input.to_string();
        let answer = self.call(service, operation, input).await;
        answer.unwrap_or_else(|code| panic!("{operation} answers {code} to {shown}"))
    }

    /// The whole of a list, read in pages of this size.
    async fn list(
        &self,
        service: &str,
        operation: &str,
        input: Value,
        member: &str,
        size: usize,
    ) -> Result<Vec<Value>, String> {
        let (mut found, mut token) = (Vec::new(), Value::Null);
        for _ in 0..1_000 {
            let mut ask = input.clone();
            ask["MaxResults"] = json!(size);
            ask["NextToken"] = token;
            let page = self.call(service, operation, ask).await?;
            let items = page[member].as_array().unwrap();
            assert!(
                items.len() <= size,
                "{operation}: a page of {} for {size}",
                items.len()
            );
            found.extend(items.iter().cloned());
            token = page["NextToken"].clone();
            if token.is_null() {
                let different: BTreeSet<String> = found.iter().map(Value::to_string).collect();
                assert_eq!(
                    different.len(),
                    found.len(),
                    "{operation} repeats entries: {found:?}"
                );
                return Ok(found);
            }
        }
        panic!("{operation} has no end");
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("not a text: {value}"))
        .to_owned()
}

/// One of what there is, or was; none if there never was any.
fn pick<T>(of: &[T], number: usize) -> Option<&T> {
    (!of.is_empty()).then(|| &of[number % of.len()])
}
