use crate::{Caller, Random, Region, Timestamp};

/// What an operation knows besides its input: who calls, from where, when, and where new ids come from.
///
/// It is made at the edge, once per request. A closure that runs again after a serialization failure sees the same
/// context, so the second run does what the first one would have done.
#[derive(Clone, Copy)]
pub struct OpContext<'a> {
    /// The moment the request arrived.
    pub now: Timestamp,
    /// The source of new ids and secrets.
    pub random: &'a dyn Random,
    /// The authenticated caller.
    pub caller: &'a Caller,
    /// The Region the call was signed for.
    pub region: &'a Region,
    /// The request id that the answer and the event carry.
    pub request_id: &'a str,
}

impl OpContext<'_> {
    /// The moment the request arrived.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// A random id tail of `length` lower-case hexadecimal digits.
    pub fn new_hex(&self, length: usize) -> String {
        crate::lower_hex(self.random, length)
    }

    /// A random id tail of `length` lower-case letters and digits.
    pub fn new_tail(&self, length: usize) -> String {
        crate::lower_alphanumeric(self.random, length)
    }

    /// A random id tail of `length` upper-case letters and digits, base 32 as in IAM's unique ids.
    pub fn new_upper(&self, length: usize) -> String {
        crate::random::alphabet(self.random, length, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    }

    /// A random version 4 UUID.
    pub fn new_uuid(&self) -> String {
        crate::new_uuid(self.random)
    }
}
