//! The people whom a query reads, and who may read them: whoever may list them in Identity Center.

use atrium_directory::readable_instances;
use atrium_model::lake::{PeopleSource, PeopleTable, Query, QueryPeople};
use atrium_trail::queries::people_tables_of;
use atrium_wire::WireError;

use crate::Call;
use crate::call::store_failure;

/// What listing instances asks for, whatever there is to list.
const LIST_INSTANCES: &str = "sso:ListInstances";

/// The people that a statement reads, once the caller may list them.
///
/// Those of instances that are there must be permitted; those of instances that are gone are left out if they are not: few
/// policies name them.
pub(super) fn permitted(
    call: &mut Call<'_>,
    statement: &str,
) -> Result<Option<QueryPeople>, WireError> {
    let tables = people_tables_of(statement);
    if tables.is_empty() {
        return Ok(None);
    }
    let found = readable_instances(&call.cx, &mut *call.tx).map_err(store_failure)?;
    authorize_instances(call, &tables)?;
    let actions = actions(&tables);
    if found.present.is_empty() {
        for action in &actions {
            call.authorize(action, "*", &[])?;
        }
    }
    let mut sources = Vec::new();
    for instance in &found.present {
        let source = PeopleSource::from(instance);
        authorize_source(call, &actions, &source)?;
        call.works_on(instance);
        sources.push(source);
    }
    let former = found.former.into_iter();
    sources.extend(former.filter(|source| authorize_source(call, &actions, source).is_ok()));
    Ok(Some(QueryPeople { tables, sources }))
}

/// Refuses an answer with people to whoever may not list them.
pub(super) fn authorize(call: &Call<'_>, query: &Query) -> Result<(), WireError> {
    let Some(people) = &query.people else {
        return Ok(());
    };
    authorize_instances(call, &people.tables)?;
    let actions = actions(&people.tables);
    for source in &people.sources {
        authorize_source(call, &actions, source)?;
    }
    Ok(())
}

fn authorize_instances(call: &Call<'_>, tables: &[PeopleTable]) -> Result<(), WireError> {
    match tables.contains(&PeopleTable::Instances) {
        true => call.authorize(LIST_INSTANCES, "*", &[]),
        false => Ok(()),
    }
}

fn authorize_source(
    call: &Call<'_>,
    actions: &[&str],
    source: &PeopleSource,
) -> Result<(), WireError> {
    let arn = source.identity_store_arn();
    let mut actions = actions.iter();
    actions.try_for_each(|action| call.authorize(action, &arn, &[]))
}

/// What the tables ask for on the identity stores.
fn actions(tables: &[PeopleTable]) -> Vec<&'static str> {
    let action = |table: &PeopleTable| match table {
        PeopleTable::Users => Some("identitystore:ListUsers"),
        PeopleTable::Groups => Some("identitystore:ListGroups"),
        PeopleTable::Memberships => Some("identitystore:ListGroupMemberships"),
        PeopleTable::Instances => None,
    };
    tables.iter().filter_map(action).collect()
}
