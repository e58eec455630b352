use std::borrow::Cow;

/// What is known about a request, for conditions and variables to look at: keys such as `aws:PrincipalAccount`, each
/// with its values. Letter case of keys doesn't matter, also not behind the slash of `aws:PrincipalTag/Team`.
///
/// Values are text, whatever their type: numbers in decimal, times as ISO 8601 or seconds since 1970, booleans as
/// `true` and `false`.
#[derive(Clone, Debug, Default)]
pub struct Context<'a> {
    entries: Vec<(Cow<'a, str>, Vec<Cow<'a, str>>)>,
}

impl<'a> Context<'a> {
    /// A context in which no key is present.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a key of one value, replacing what it had.
    pub fn set(&mut self, key: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) {
        self.put(key.into(), vec![value.into()]);
    }

    /// Sets a key of several values, replacing what it had. A key with no value at all counts as missing.
    pub fn set_all<V: Into<Cow<'a, str>>>(
        &mut self,
        key: impl Into<Cow<'a, str>>,
        values: impl IntoIterator<Item = V>,
    ) {
        self.put(key.into(), values.into_iter().map(Into::into).collect());
    }

    /// [`set`](Self::set), to build a context in one expression.
    #[must_use]
    pub fn with(mut self, key: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        self.set(key, value);
        self
    }

    /// [`set_all`](Self::set_all), to build a context in one expression.
    #[must_use]
    pub fn with_all<V: Into<Cow<'a, str>>>(
        mut self,
        key: impl Into<Cow<'a, str>>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.set_all(key, values);
        self
    }

    /// The values of a key; empty if it is missing.
    pub fn get(&self, key: &str) -> &[Cow<'a, str>] {
        // Some tens of keys at most: comparing beats hashing, and building stays cheap.
        self.entries
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(key))
            .map_or(&[], |(_, values)| values)
    }

    /// Every key that is present, in the order set, with its values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[Cow<'a, str>])> {
        self.entries
            .iter()
            .map(|(key, values)| (key.as_ref(), values.as_slice()))
    }

    fn put(&mut self, key: Cow<'a, str>, values: Vec<Cow<'a, str>>) {
        match self
            .entries
            .iter_mut()
            .find(|(name, _)| name.eq_ignore_ascii_case(&key))
        {
            Some(entry) => entry.1 = values,
            None => self.entries.push((key, values)),
        }
    }
}
