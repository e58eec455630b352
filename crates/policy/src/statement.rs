use std::fmt;

use crate::{
    arn::resource_matches,
    condition::Clause,
    glob::{Atom, Case, matches},
    principal_pattern::{Grant, PrincipalElement, PrincipalPattern},
    request::Request,
    template::Template,
};

/// What a statement does when it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It allows the request, unless another statement denies it.
    Allow,
    /// It denies the request, whatever else allows it.
    Deny,
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        })
    }
}

/// An element with its counterpart: `Action` or `NotAction`, `Resource` or `NotResource`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Patterns<T> {
    pub(crate) not: bool,
    pub(crate) list: Vec<T>,
}

/// A pattern of `Action`. It has no variables.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ActionPattern {
    pub(crate) source: Box<str>,
    pub(crate) atoms: Vec<Atom>,
}

/// One statement of a policy, ready to be matched.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    pub(crate) sid: Option<Box<str>>,
    pub(crate) effect: Effect,
    pub(crate) principal: Option<PrincipalElement>,
    pub(crate) action: Patterns<ActionPattern>,
    pub(crate) resource: Option<Patterns<Template>>,
    pub(crate) condition: Vec<Clause>,
}

/// The first element of a statement that doesn't fit a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mismatch<'p> {
    Action,
    Principal,
    Resource,
    Condition(&'p Clause),
}

impl Statement {
    /// The statement's id, if it has one.
    pub fn sid(&self) -> Option<&str> {
        self.sid.as_deref()
    }

    /// Whether the statement allows or denies.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// The actions as written, and whether they stand under `NotAction`.
    pub fn actions(&self) -> (bool, impl ExactSizeIterator<Item = &str>) {
        (
            self.action.not,
            self.action
                .list
                .iter()
                .map(|pattern| pattern.source.as_ref()),
        )
    }

    /// The principals, and whether they stand under `NotPrincipal`. Empty in policies without principals.
    pub fn principals(&self) -> (bool, &[PrincipalPattern]) {
        self.principal
            .as_ref()
            .map_or((false, &[]), |element| (element.not, &element.patterns))
    }

    /// The resources as written, and whether they stand under `NotResource`. Empty in trust policies.
    pub fn resources(&self) -> (bool, impl Iterator<Item = &str>) {
        let not = self.resource.as_ref().is_some_and(|patterns| patterns.not);
        (
            not,
            self.resource
                .iter()
                .flat_map(|patterns| patterns.list.iter().map(Template::source)),
        )
    }

    /// The clauses of the condition, all of which must hold.
    pub fn condition(&self) -> &[Clause] {
        &self.condition
    }

    /// Compares the statement with a request, element by element.
    pub(crate) fn check(&self, request: &Request<'_>) -> Result<Grant, Mismatch<'_>> {
        let named = self
            .action
            .list
            .iter()
            .any(|p| matches(&p.atoms, request.action, Case::Ignored));
        if named == self.action.not {
            return Err(Mismatch::Action);
        }
        let grant = match &self.principal {
            Some(element) => element
                .grant(&request.principal)
                .ok_or(Mismatch::Principal)?,
            None => Grant::Account,
        };
        if let Some(patterns) = &self.resource
            && !self.resource_fits(patterns, request)
        {
            return Err(Mismatch::Resource);
        }
        match self
            .condition
            .iter()
            .find(|clause| !clause.holds(&request.context))
        {
            Some(clause) => Err(Mismatch::Condition(clause)),
            None => Ok(grant),
        }
    }

    /// A variable without a value fits nothing. Under `NotResource` it must not widen what an Allow is about either.
    fn resource_fits(&self, patterns: &Patterns<Template>, request: &Request<'_>) -> bool {
        let mut unresolved = false;
        let named = patterns.list.iter().any(|template| {
            let pattern = template.expand(&request.context);
            unresolved |= pattern.is_none();
            pattern.is_some_and(|pattern| resource_matches(&pattern, request.resource))
        });
        match patterns.not {
            false => named,
            true => !(named || (unresolved && self.effect == Effect::Allow)),
        }
    }
}
