use serde::Serialize;

use crate::Call;

/// Entries of an answer when the caller does not say.
const DEFAULT: i64 = 100;

/// How many entries an answer may hold.
pub(super) fn size(max_items: Option<i64>) -> i64 {
    max_items.unwrap_or(DEFAULT).clamp(1, 1000)
}

/// One page: its entries, and the marker that continues the list.
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    pub(super) marker: Option<String>,
}

impl<T> Page<T> {
    /// Cuts a page of `size` entries from `found`, which holds one more if there are more.
    pub(super) fn cut<C: Serialize>(
        call: &Call<'_>,
        scope: &str,
        mut found: Vec<T>,
        size: i64,
        cursor: impl Fn(&T) -> C,
    ) -> Self {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let more = found.len() > size;
        found.truncate(size);
        let marker = found
            .last()
            .filter(|_| more)
            .map(|last| call.next_token(scope, &cursor(last)));
        Self {
            items: found,
            marker,
        }
    }

    /// Cuts a page from a list that is at hand as a whole; markers count entries.
    pub(super) fn slice(
        call: &Call<'_>,
        scope: &str,
        all: Vec<T>,
        start: usize,
        size: i64,
    ) -> Self {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let end = start.saturating_add(size);
        let marker = (all.len() > end).then(|| call.next_token(scope, &end));
        Self {
            items: all.into_iter().skip(start).take(size).collect(),
            marker,
        }
    }

    pub(super) fn map<U>(self, change: impl Fn(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            marker: self.marker,
        }
    }

    /// `IsTruncated`.
    pub(super) fn truncated(&self) -> Option<bool> {
        Some(self.marker.is_some())
    }
}
