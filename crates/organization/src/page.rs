/// Which part of a list is asked for.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// The key that the page before ended with.
    pub after: Option<String>,
    /// The most entries to answer; at least one.
    pub size: i64,
}

/// A part of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The entries in order of their keys.
    pub items: Vec<T>,
    /// The key after which the list goes on, if it does.
    pub next: Option<String>,
}

impl PageRequest {
    /// The first entries of a list.
    pub fn first(size: i64) -> Self {
        Self { after: None, size }
    }

    /// One more than asked for, to see whether the list goes on.
    pub(crate) fn limit(&self) -> i64 {
        self.size.max(1).saturating_add(1)
    }

    /// Cuts what was found for [`limit`](Self::limit) to a page.
    pub(crate) fn cut<T>(&self, mut found: Vec<T>, key: impl Fn(&T) -> String) -> Page<T> {
        let size = usize::try_from(self.size.max(1)).unwrap_or(usize::MAX);
        let more = found.len() > size;
        found.truncate(size);
        let next = found.last().filter(|_| more).map(key);
        Page { items: found, next }
    }
}
