use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

use atrium_wire::{Operation, OperationMeta, Output, Shape, WireError};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde_json::Value;

use crate::Call;
use crate::arrival::{Arrival, Prepared, Visitor};

type Handler = Box<
    dyn Fn(&mut Call<'_>, Value, &(dyn Any + Send + Sync)) -> Result<Output, WireError>
        + Send
        + Sync,
>;
/// What does an operation that gets what was prepared.
type PreparedHandler<O, P> =
    fn(&mut Call<'_>, <O as Operation>::Input, &P) -> Result<<O as Operation>::Output, WireError>;
/// Work before the transaction, such as asking other servers: `T` comes of a request and its input.
type Work<T> =
    Box<dyn Fn(Arrival, Value) -> BoxFuture<'static, Result<T, WireError>> + Send + Sync>;

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

/// What has to be done before an operation's transaction, which waits for nobody.
pub(crate) enum Before {
    /// Nothing.
    Nothing,
    /// Something of a signed call.
    Prepare(Work<Prepared>),
    /// An unsigned call: finding out whose it is, and the rest.
    Admit(Work<(Visitor, Prepared)>),
}

pub(crate) struct Entry {
    pub(crate) mode: Mode,
    pub(crate) before: Before,
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

    /// Adds an operation that changes something and needs something done before its transaction, such as keys fetched
    /// from an issuer. What `prepare` answers reaches the handler; its refusal is the call's.
    pub(crate) fn write_prepared<O: Operation, P, F>(
        &mut self,
        prepare: fn(Arrival, O::Input) -> F,
        handler: PreparedHandler<O, P>,
    ) where
        P: Send + Sync + 'static,
        F: Future<Output = Result<P, WireError>> + Send + 'static,
    {
        self.prepared::<O, P, F>(Mode::Write, prepare, handler);
    }

    fn prepared<O: Operation, P, F>(
        &mut self,
        mode: Mode,
        prepare: fn(Arrival, O::Input) -> F,
        handler: PreparedHandler<O, P>,
    ) where
        P: Send + Sync + 'static,
        F: Future<Output = Result<P, WireError>> + Send + 'static,
    {
        let prepare: Work<Prepared> = Box::new(move |arrival, input| match read::<O>(input) {
            Ok(input) => prepare(arrival, input)
                .map(|done| Ok(Arc::new(done?) as _))
                .boxed(),
            Err(error) => async { Err(error) }.boxed(),
        });
        self.insert::<O>(mode, Before::Prepare(prepare), with::<O, P>(mode, handler));
    }

    /// Adds an operation that only reads and needs something fetched before its transaction. What `prepare` answers
    /// reaches the handler, which still has to decide whether the caller may see it.
    pub(crate) fn read_prepared<O: Operation, P, F>(
        &mut self,
        prepare: fn(Arrival, O::Input) -> F,
        handler: PreparedHandler<O, P>,
    ) where
        P: Send + Sync + 'static,
        F: Future<Output = Result<P, WireError>> + Send + 'static,
    {
        self.prepared::<O, P, F>(Mode::Read, prepare, handler);
    }

    /// Adds an operation that only reads and that callers don't sign. `admit` says whose call it is; while it refuses,
    /// the call is nobody's and leaves no event.
    pub(crate) fn read_unsigned<O: Operation, P, F>(
        &mut self,
        admit: fn(Arrival, O::Input) -> F,
        handler: PreparedHandler<O, P>,
    ) where
        P: Send + Sync + 'static,
        F: Future<Output = Result<(Visitor, P), WireError>> + Send + 'static,
    {
        self.unsigned::<O, P, F>(Mode::Read, admit, handler);
    }

    /// Adds an operation that changes something, or whose event must be on disk when it answers, and that callers don't
    /// sign. See [`Registry::read_unsigned`].
    pub(crate) fn write_unsigned<O: Operation, P, F>(
        &mut self,
        admit: fn(Arrival, O::Input) -> F,
        handler: PreparedHandler<O, P>,
    ) where
        P: Send + Sync + 'static,
        F: Future<Output = Result<(Visitor, P), WireError>> + Send + 'static,
    {
        self.unsigned::<O, P, F>(Mode::Write, admit, handler);
    }

    fn unsigned<O: Operation, P, F>(
        &mut self,
        mode: Mode,
        admit: fn(Arrival, O::Input) -> F,
        handler: PreparedHandler<O, P>,
    ) where
        P: Send + Sync + 'static,
        F: Future<Output = Result<(Visitor, P), WireError>> + Send + 'static,
    {
        let before = Before::Admit(Box::new(move |arrival, input| match read::<O>(input) {
            Ok(input) => admit(arrival, input)
                .map(|admitted| {
                    admitted.map(|(visitor, prepared)| (visitor, Arc::new(prepared) as _))
                })
                .boxed(),
            Err(error) => async { Err(error) }.boxed(),
        }));
        self.insert::<O>(mode, before, with::<O, P>(mode, handler));
    }

    fn add<O: Operation>(
        &mut self,
        mode: Mode,
        handler: fn(&mut Call<'_>, O::Input) -> Result<O::Output, WireError>,
    ) {
        let handler: Handler = Box::new(move |call, input, _| {
            Ok(answer::<O>(mode, handler(call, read::<O>(input)?)?))
        });
        self.insert::<O>(mode, Before::Nothing, handler);
    }

    fn insert<O: Operation>(&mut self, mode: Mode, before: Before, handler: Handler) {
        let (meta, unsigned) = (O::meta(), matches!(before, Before::Admit(_)));
        let (service, name) = (meta.service.name, meta.name);
        assert!(
            meta.unsigned == unsigned,
            "{service}:{name} is signed in the model or here, and not both"
        );
        let entry = Entry {
            mode,
            before,
            handler,
        };
        let other = self.entries.insert((service, name), entry);
        assert!(other.is_none(), "{service}:{name} is registered twice");
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

fn read<O: Operation>(input: Value) -> Result<O::Input, WireError> {
    Ok(O::Input::from_value(input)?)
}

fn answer<O: Operation>(mode: Mode, output: O::Output) -> Output {
    match mode {
        // The event of a change may show what was answered.
        Mode::Write => Output::Value(output.into_value()),
        Mode::Read | Mode::ReadLog => Output::for_caller(O::meta(), output),
    }
}

/// A handler that gets what was prepared.
fn with<O: Operation, P: Send + Sync + 'static>(
    mode: Mode,
    handler: PreparedHandler<O, P>,
) -> Handler {
    Box::new(move |call, input, prepared| {
        let prepared = prepared
            .downcast_ref::<P>()
            .ok_or_else(WireError::internal)?;
        let output = handler(call, read::<O>(input)?, prepared)?;
        Ok(answer::<O>(mode, output))
    })
}
