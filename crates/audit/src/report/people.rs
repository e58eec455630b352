//! Finding people and groups of an instance by id.

use std::collections::HashMap;

use crate::inventory::{Group, Instance, Inventory, PrincipalType, User};

/// Users and groups by store and id.
pub(crate) struct People<'a> {
    users: HashMap<(&'a str, &'a str), &'a User>,
    groups: HashMap<(&'a str, &'a str), &'a Group>,
}

/// What the principal of an assignment turned out to be.
pub(crate) enum Reached<'a> {
    /// It is there, and these people are meant, which may be nobody.
    People(Vec<&'a User>),
    /// The store was read, and there is nobody of that id.
    Missing,
    /// The store, or the group, could not be read.
    Unknown,
}

impl<'a> People<'a> {
    pub(crate) fn of(inventory: &'a Inventory) -> Self {
        let mut people = Self {
            users: HashMap::new(),
            groups: HashMap::new(),
        };
        for instance in &inventory.instances {
            let store = instance.identity_store_id.as_str();
            let users = instance.users.iter().flatten();
            people
                .users
                .extend(users.map(|user| ((store, user.id.as_str()), user)));
            let groups = instance.groups.iter().flatten();
            people
                .groups
                .extend(groups.map(|group| ((store, group.id.as_str()), group)));
        }
        people
    }

    pub(crate) fn user(&self, instance: &Instance, id: &str) -> Option<&'a User> {
        self.users
            .get(&(instance.identity_store_id.as_str(), id))
            .copied()
    }

    pub(crate) fn group(&self, instance: &Instance, id: &str) -> Option<&'a Group> {
        self.groups
            .get(&(instance.identity_store_id.as_str(), id))
            .copied()
    }

    /// The name to show for a principal, if it is known.
    pub(crate) fn name(
        &self,
        instance: &Instance,
        kind: PrincipalType,
        id: &str,
    ) -> Option<&'a str> {
        match kind {
            PrincipalType::User => self.user(instance, id)?.user_name.as_deref(),
            PrincipalType::Group => self.group(instance, id)?.display_name.as_deref(),
            PrincipalType::Everyone => Some("EVERYONE"),
        }
    }

    /// Whom an assignment reaches, in the order of their ids.
    pub(crate) fn reached(
        &self,
        instance: &'a Instance,
        kind: PrincipalType,
        id: &str,
    ) -> Reached<'a> {
        match kind {
            PrincipalType::User => match (self.user(instance, id), &instance.users) {
                (Some(user), _) => Reached::People(vec![user]),
                (None, Some(_)) => Reached::Missing,
                (None, None) => Reached::Unknown,
            },
            PrincipalType::Group => match (self.group(instance, id), &instance.groups) {
                (Some(group), _) => match &group.members {
                    Some(members) => Reached::People(
                        members
                            .iter()
                            .filter_map(|id| self.user(instance, id))
                            .collect(),
                    ),
                    None => Reached::Unknown,
                },
                (None, Some(_)) => Reached::Missing,
                (None, None) => Reached::Unknown,
            },
            PrincipalType::Everyone => match &instance.users {
                Some(users) => Reached::People(users.iter().collect()),
                None => Reached::Unknown,
            },
        }
    }
}
