//! Users, groups and memberships.

use std::collections::{BTreeMap, BTreeSet};

use atrium_testkit::{Options, Server, on_both_engines};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{By, fresh_account, pick, sequences, text};

on_both_engines!(Options::dev(); the_directory_holds_what_was_put_in);

const SERVICE: &str = "identitystore";
/// Names that meet in all cases of their letters.
const NAMES: [&str; 8] = ["ann", "Ann", "ANN", "bob", "BOB", "élan", "ÉLAN", "carl"];
const EMAILS: [&str; 4] = ["a@x.example", "A@X.example", "b@x.example", "c@x.example"];
const GONE: &str = "ResourceNotFoundException";
const TAKEN: &str = "ConflictException";

/// Numbers choose among what there is, or was: things that are gone are named too.
#[derive(Clone, Debug)]
enum Step {
    CreateUser {
        name: usize,
        email: Option<usize>,
    },
    RenameUser {
        user: usize,
        name: usize,
    },
    DeleteUser {
        user: usize,
    },
    CreateGroup {
        name: usize,
    },
    RenameGroup {
        group: usize,
        name: usize,
    },
    DeleteGroup {
        group: usize,
    },
    Join {
        group: usize,
        user: usize,
    },
    Part {
        membership: usize,
    },
    FindUser {
        name: usize,
        email: usize,
    },
    FindGroup {
        name: usize,
    },
    IsMember {
        user: usize,
        group: usize,
    },
    Look {
        user: usize,
        group: usize,
        membership: usize,
    },
    List {
        size: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let (n, e) = (0..NAMES.len(), 0..EMAILS.len());
    let any = || 0..40usize;
    prop_oneof![
        5 => (n.clone(), proptest::option::of(e.clone())).prop_map(|(name, email)| Step::CreateUser { name, email }),
        2 => (any(), n.clone()).prop_map(|(user, name)| Step::RenameUser { user, name }),
        2 => any().prop_map(|user| Step::DeleteUser { user }),
        4 => n.clone().prop_map(|name| Step::CreateGroup { name }),
        2 => (any(), n.clone()).prop_map(|(group, name)| Step::RenameGroup { group, name }),
        1 => any().prop_map(|group| Step::DeleteGroup { group }),
        6 => (any(), any()).prop_map(|(group, user)| Step::Join { group, user }),
        2 => any().prop_map(|membership| Step::Part { membership }),
        2 => (n.clone(), e).prop_map(|(name, email)| Step::FindUser { name, email }),
        1 => n.prop_map(|name| Step::FindGroup { name }),
        2 => (any(), any()).prop_map(|(user, group)| Step::IsMember { user, group }),
        1 => (any(), any(), any()).prop_map(|(user, group, membership)| Step::Look { user, group, membership }),
        1 => (1..6usize).prop_map(|size| Step::List { size }),
    ]
}

#[derive(Clone, Debug)]
struct User {
    name: String,
    email: Option<String>,
}

/// What must be there.
#[derive(Default)]
struct Model {
    users: BTreeMap<String, User>,
    groups: BTreeMap<String, String>,
    /// Group and user of each.
    memberships: BTreeMap<String, (String, String)>,
    /// Ids of all that ever was.
    ever: [Vec<String>; 3],
}

impl Model {
    fn user_with(&self, fits: impl Fn(&User) -> bool) -> Option<&String> {
        self.users
            .iter()
            .find(|(_, user)| fits(user))
            .map(|(id, _)| id)
    }

    fn user_named(&self, name: &str) -> Option<&String> {
        self.user_with(|user| same(&user.name, name))
    }

    fn user_with_email(&self, email: &str) -> Option<&String> {
        self.user_with(|user| user.email.as_ref().is_some_and(|own| same(own, email)))
    }

    fn group_named(&self, name: &str) -> Option<&String> {
        self.groups
            .iter()
            .find(|(_, own)| same(own, name))
            .map(|(id, _)| id)
    }

    fn between(&self, group: &str, user: &str) -> Option<&String> {
        let found = self
            .memberships
            .iter()
            .find(|(_, (g, u))| g == group && u == user);
        found.map(|(id, _)| id)
    }
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

fn code(answer: Result<Value, String>) -> String {
    answer.err().unwrap_or_default()
}

/// What must be answered: nothing wrong, or this code.
fn wanted(cases: &[(bool, &str)]) -> String {
    let found = cases.iter().find(|(holds, _)| *holds);
    found.map_or_else(String::new, |(_, code)| (*code).to_owned())
}

async fn the_directory_holds_what_was_put_in(server: Server) {
    let server = &server;
    sequences(30, step(), 1..90, |steps| async move {
        let by = By {
            server,
            who: fresh_account(),
        };
        by.ok("sso-admin", "CreateInstance", json!({})).await;
        let instances = by.ok("sso-admin", "ListInstances", json!({})).await;
        let store = text(&instances["Instances"][0]["IdentityStoreId"]);
        let mut run = Run {
            by,
            store,
            model: Model::default(),
        };
        for step in steps {
            run.step(step).await;
        }
        run.list(3).await;
        run.list(100).await;
    });
}

struct Run<'a> {
    by: By<'a>,
    store: String,
    model: Model,
}

impl Run<'_> {
    async fn call(&self, operation: &str, mut input: Value) -> Result<Value, String> {
        input["IdentityStoreId"] = json!(self.store);
        self.by.call(SERVICE, operation, input).await
    }

    async fn all(
        &self,
        operation: &str,
        mut input: Value,
        member: &str,
        size: usize,
    ) -> Result<Vec<Value>, String> {
        input["IdentityStoreId"] = json!(self.store);
        self.by.list(SERVICE, operation, input, member, size).await
    }

    fn ever(&self, kind: usize, number: usize) -> Option<String> {
        pick(&self.model.ever[kind], number).cloned()
    }

    async fn step(&mut self, step: Step) {
        let model = &self.model;
        match step {
            Step::CreateUser { name, email } => self.create_user(name, email).await,
            Step::RenameUser { user, name } => {
                let (Some(id), name) = (self.ever(0, user), NAMES[name]) else {
                    return;
                };
                let other = self
                    .model
                    .user_named(name)
                    .is_some_and(|other| *other != id);
                let want = wanted(&[(!self.model.users.contains_key(&id), GONE), (other, TAKEN)]);
                let change = json!({"UserId": id, "Operations": [{"AttributePath": "userName", "AttributeValue": name}]});
                assert_eq!(code(self.call("UpdateUser", change).await), want);
                if want.is_empty() {
                    self.model.users.get_mut(&id).unwrap().name = name.to_owned();
                }
            }
            Step::DeleteUser { user } => {
                let Some(id) = self.ever(0, user) else { return };
                let want = wanted(&[(!model.users.contains_key(&id), GONE)]);
                assert_eq!(
                    code(self.call("DeleteUser", json!({"UserId": id})).await),
                    want
                );
                self.model.users.remove(&id);
                self.model.memberships.retain(|_, (_, user)| *user != id);
            }
            Step::CreateGroup { name } => {
                let name = NAMES[name];
                let want = wanted(&[(model.group_named(name).is_some(), TAKEN)]);
                let made = self.call("CreateGroup", json!({"DisplayName": name})).await;
                assert_eq!(made.as_ref().err().cloned().unwrap_or_default(), want);
                if let Ok(made) = made {
                    let id = text(&made["GroupId"]);
                    self.model.groups.insert(id.clone(), name.to_owned());
                    self.model.ever[1].push(id);
                }
            }
            Step::RenameGroup { group, name } => {
                let (Some(id), name) = (self.ever(1, group), NAMES[name]) else {
                    return;
                };
                let other = self
                    .model
                    .group_named(name)
                    .is_some_and(|other| *other != id);
                let want = wanted(&[(!self.model.groups.contains_key(&id), GONE), (other, TAKEN)]);
                let operations = json!([{"AttributePath": "displayName", "AttributeValue": name}]);
                let change = json!({"GroupId": id, "Operations": operations});
                assert_eq!(code(self.call("UpdateGroup", change).await), want);
                if want.is_empty() {
                    self.model.groups.insert(id, name.to_owned());
                }
            }
            Step::DeleteGroup { group } => {
                let Some(id) = self.ever(1, group) else {
                    return;
                };
                let want = wanted(&[(!model.groups.contains_key(&id), GONE)]);
                assert_eq!(
                    code(self.call("DeleteGroup", json!({"GroupId": id})).await),
                    want
                );
                self.model.groups.remove(&id);
                self.model.memberships.retain(|_, (group, _)| *group != id);
            }
            Step::Join { group, user } => {
                let (Some(group), Some(user)) = (self.ever(1, group), self.ever(0, user)) else {
                    return;
                };
                let gone = !model.groups.contains_key(&group) || !model.users.contains_key(&user);
                let want = wanted(&[
                    (gone, GONE),
                    (model.between(&group, &user).is_some(), TAKEN),
                ]);
                let input = json!({"GroupId": group, "MemberId": {"UserId": user}});
                let made = self.call("CreateGroupMembership", input).await;
                assert_eq!(made.as_ref().err().cloned().unwrap_or_default(), want);
                if let Ok(made) = made {
                    let id = text(&made["MembershipId"]);
                    self.model.memberships.insert(id.clone(), (group, user));
                    self.model.ever[2].push(id);
                }
            }
            Step::Part { membership } => {
                let Some(id) = self.ever(2, membership) else {
                    return;
                };
                let want = wanted(&[(!model.memberships.contains_key(&id), GONE)]);
                let left = self
                    .call("DeleteGroupMembership", json!({"MembershipId": id}))
                    .await;
                assert_eq!(code(left), want);
                self.model.memberships.remove(&id);
            }
            Step::FindUser { name, email } => {
                let unique = |path: &str, value: &str| json!({"UniqueAttribute": {"AttributePath": path, "AttributeValue": value}});
                let (name, email) = (NAMES[name], EMAILS[email]);
                for (identifier, want) in [
                    (unique("userName", name), model.user_named(name)),
                    (unique("emails.value", email), model.user_with_email(email)),
                ] {
                    let found = self
                        .call("GetUserId", json!({"AlternateIdentifier": identifier}))
                        .await;
                    let found = found.map(|found| text(&found["UserId"]));
                    assert_eq!(
                        found,
                        want.cloned().ok_or_else(|| GONE.to_owned()),
                        "{identifier}"
                    );
                }
            }
            Step::FindGroup { name } => {
                let value = json!({"AttributePath": "displayName", "AttributeValue": NAMES[name]});
                let input = json!({"AlternateIdentifier": {"UniqueAttribute": value}});
                let found = self
                    .call("GetGroupId", input)
                    .await
                    .map(|found| text(&found["GroupId"]));
                let want = model.group_named(NAMES[name]).cloned();
                assert_eq!(found, want.ok_or_else(|| GONE.to_owned()));
            }
            Step::IsMember { user, group } => {
                let (Some(group), Some(user)) = (self.ever(1, group), self.ever(0, user)) else {
                    return;
                };
                let member = json!({"UserId": user});
                let asked = self
                    .call(
                        "IsMemberInGroups",
                        json!({"MemberId": member, "GroupIds": [group]}),
                    )
                    .await;
                let is =
                    asked.map(|found| found["Results"][0]["MembershipExists"].as_bool().unwrap());
                let there = model.users.contains_key(&user);
                let membership = model.between(&group, &user);
                assert_eq!(
                    is,
                    if there {
                        Ok(membership.is_some())
                    } else {
                        Err(GONE.to_owned())
                    }
                );
                let found = self
                    .call(
                        "GetGroupMembershipId",
                        json!({"MemberId": member, "GroupId": group}),
                    )
                    .await;
                let found = found.map(|found| text(&found["MembershipId"]));
                assert_eq!(found, membership.cloned().ok_or_else(|| GONE.to_owned()));
            }
            Step::Look {
                user,
                group,
                membership,
            } => self.look(user, group, membership).await,
            Step::List { size } => self.list(size).await,
        }
    }

    async fn create_user(&mut self, name: usize, email: Option<usize>) {
        let (name, email) = (NAMES[name], email.map(|email| EMAILS[email]));
        let model = &self.model;
        let taken = model.user_named(name).is_some()
            || email.is_some_and(|email| model.user_with_email(email).is_some());
        let mut input = json!({"UserName": name, "DisplayName": name, "Name": {"GivenName": "A", "FamilyName": "B"}});
        if let Some(email) = email {
            input["Emails"] = json!([{"Value": email, "Primary": true}]);
        }
        let made = self.call("CreateUser", input).await;
        assert_eq!(
            made.as_ref().err().cloned().unwrap_or_default(),
            wanted(&[(taken, TAKEN)])
        );
        if let Ok(made) = made {
            let id = text(&made["UserId"]);
            let email = email.map(str::to_owned);
            self.model.users.insert(
                id.clone(),
                User {
                    name: name.to_owned(),
                    email,
                },
            );
            self.model.ever[0].push(id);
        }
    }

    async fn look(&self, user: usize, group: usize, membership: usize) {
        let gone = || GONE.to_owned();
        if let Some(id) = self.ever(0, user) {
            let shown = self.call("DescribeUser", json!({"UserId": id})).await;
            let shown = shown.map(|shown| {
                (
                    text(&shown["UserName"]),
                    shown["Emails"][0]["Value"].clone(),
                )
            });
            let want = self
                .model
                .users
                .get(&id)
                .map(|user| (user.name.clone(), json!(user.email)));
            assert_eq!(shown, want.ok_or_else(gone));
        }
        if let Some(id) = self.ever(1, group) {
            let shown = self.call("DescribeGroup", json!({"GroupId": id})).await;
            let want = self.model.groups.get(&id).cloned();
            assert_eq!(
                shown.map(|shown| text(&shown["DisplayName"])),
                want.ok_or_else(gone)
            );
        }
        if let Some(id) = self.ever(2, membership) {
            let shown = self
                .call("DescribeGroupMembership", json!({"MembershipId": id}))
                .await;
            let shown =
                shown.map(|shown| (text(&shown["GroupId"]), text(&shown["MemberId"]["UserId"])));
            assert_eq!(
                shown,
                self.model.memberships.get(&id).cloned().ok_or_else(gone)
            );
        }
    }

    /// Compares every list with what must be in it.
    async fn list(&self, size: usize) {
        let model = &self.model;
        let users = self
            .all("ListUsers", json!({}), "Users", size)
            .await
            .unwrap();
        let users: BTreeMap<String, String> = users
            .iter()
            .map(|user| (text(&user["UserId"]), text(&user["UserName"])))
            .collect();
        let want = model
            .users
            .iter()
            .map(|(id, user)| (id.clone(), user.name.clone()));
        assert_eq!(users, want.collect());
        let groups = self
            .all("ListGroups", json!({}), "Groups", size)
            .await
            .unwrap();
        let groups: BTreeMap<String, String> = groups
            .iter()
            .map(|group| (text(&group["GroupId"]), text(&group["DisplayName"])))
            .collect();
        assert_eq!(groups, model.groups);
        let ids = |found: Vec<Value>| -> BTreeSet<String> {
            found
                .iter()
                .map(|found| text(&found["MembershipId"]))
                .collect()
        };
        let of = |fits: &dyn Fn(&(String, String)) -> bool| -> BTreeSet<String> {
            let found = model.memberships.iter().filter(|(_, ends)| fits(ends));
            found.map(|(id, _)| id.clone()).collect()
        };
        for id in &model.ever[1] {
            let input = json!({"GroupId": id});
            let found = self
                .all("ListGroupMemberships", input, "GroupMemberships", size)
                .await;
            match model.groups.contains_key(id) {
                true => assert_eq!(ids(found.unwrap()), of(&|(group, _)| group == id)),
                false => assert_eq!(found, Err(GONE.to_owned())),
            }
        }
        for id in &model.ever[0] {
            let input = json!({"MemberId": {"UserId": id}});
            let found = self
                .all(
                    "ListGroupMembershipsForMember",
                    input,
                    "GroupMemberships",
                    size,
                )
                .await;
            match model.users.contains_key(id) {
                true => assert_eq!(ids(found.unwrap()), of(&|(_, user)| user == id)),
                false => assert_eq!(found, Err(GONE.to_owned())),
            }
        }
    }
}
