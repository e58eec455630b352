//! Hiding who people are.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use crate::inventory::Inventory;

/// Replaces what names a person by a hash: the same person gets the same hash within an
/// organization, so that rows can still be joined. It is a pseudonym, not anonymity: who knows an
/// address can compute its hash.
pub(crate) struct Redactor {
    salt: Option<String>,
}

impl Redactor {
    pub(super) fn new(redact: bool, inventory: &Inventory) -> Self {
        let organization = inventory
            .organization
            .as_ref()
            .map(|found| found.id.clone());
        let salt =
            redact.then(|| organization.unwrap_or_else(|| inventory.caller.account_id.clone()));
        Self { salt }
    }

    /// A name or address of a person.
    pub(crate) fn person<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match &self.salt {
            Some(salt) if !text.is_empty() => {
                let digest = Sha256::digest(format!("{salt}\0{}", text.trim().to_lowercase()));
                format!("person-{}", &hex::encode(digest)[..16]).into()
            }
            _ => text.into(),
        }
    }

    /// The same for a value that may be missing, as the text of a cell.
    pub(crate) fn cell(&self, text: Option<&str>) -> String {
        self.person(text.unwrap_or_default()).into_owned()
    }

    /// The whole inventory with people hidden.
    pub(super) fn inventory<'a>(&self, inventory: &'a Inventory) -> Cow<'a, Inventory> {
        if self.salt.is_none() {
            return Cow::Borrowed(inventory);
        }
        let mut hidden = inventory.clone();
        let hide = |text: &mut Option<String>| {
            *text = text.as_deref().map(|text| self.person(text).into_owned())
        };
        hidden
            .accounts
            .values_mut()
            .for_each(|account| hide(&mut account.email));
        for user in hidden
            .instances
            .iter_mut()
            .filter_map(|instance| instance.users.as_mut())
            .flatten()
        {
            hide(&mut user.user_name);
            hide(&mut user.display_name);
            user.emails
                .iter_mut()
                .for_each(|email| *email = self.person(email).into_owned());
            user.external_ids
                .iter_mut()
                .for_each(|(_, id)| *id = self.person(id).into_owned());
        }
        Cow::Owned(hidden)
    }
}
