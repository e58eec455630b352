use std::collections::HashMap;

use atrium_wire::{Operation, OperationMeta, Output, Shape, WireError};
use serde_json::Value;

use crate::Call;

type Handler = Box<dyn Fn(&mut Call<'_>, Value) -> Result<Output, WireError> + Send + Sync>;

/// In which kind of transaction an operation runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It only reads; its event may follow a moment later.
    Read,
    /// It reads the audit log, so the events that wait are written first.
    ReadLog,
    /// It changes something; its event commits with the change.
    Write,
}

pub(crate) struct Entry {
    pub(crate) mode: Mode,
    pub(crate) handler: Handler,
}

/// The operations that are implemented, each with the function that does it.
#[derive(Default)]
pub struct Registry {
    entries: HashMap<(&'static str, &'static str), Entry>,
}

impl Registry {
    /// Adds an operation that changes something.
    pub fn write<O: Operation>(
        &mut self,
        handler: fn(&mut Call<'_>, O::Input) -> Result<O::Output, WireError>,
    ) {
        self.add::<O>(Mode::Write, handler);
    }

    /// Adds an operation that only reads.
    pub fn read<O: Operation>(
        &mut self,
        handler: fn(&mut Call<'_>, O::Input) -> Result<O::Output, WireError>,
    ) {
        self.add::<O>(Mode::Read, handler);
    }

    /// Adds an operation that reads the audit log: callers see their own calls in it.
    pub fn read_log<O: Operation>(
        &mut self,
        handler: fn(&mut Call<'_>, O::Input) -> Result<O::Output, WireError>,
    ) {
        self.add::<O>(Mode::ReadLog, handler);
    }

    fn add<O: Operation>(
        &mut self,
        mode: Mode,
        handler: fn(&mut Call<'_>, O::Input) -> Result<O::Output, WireError>,
    ) {
        let meta = O::meta();
        let handler: Handler = Box::new(move |call, input| {
            let output = handler(call, O::Input::from_value(input)?)?;
            Ok(match mode {
                // The event of a change may show what was answered.
                Mode::Write => Output::Value(output.into_value()),
                Mode::Read | Mode::ReadLog => Output::for_caller(meta, output),
            })
        });
        let before = self
            .entries
            .insert((meta.service.name, meta.name), Entry { mode, handler });
        assert!(
            before.is_none(),
            "{}:{} is registered twice",
            meta.service.name,
            meta.name
        );
    }

    pub(crate) fn find(&self, operation: &OperationMeta) -> Option<&Entry> {
        self.entries.get(&(operation.service.name, operation.name))
    }

    /// Whether an operation is implemented.
    pub fn offers(&self, operation: &OperationMeta) -> bool {
        self.find(operation).is_some()
    }

    /// Whether an operation is implemented and only reads.
    pub fn only_reads(&self, operation: &OperationMeta) -> bool {
        self.find(operation)
            .is_some_and(|entry| entry.mode != Mode::Write)
    }
}
