//! The event itself.

use std::collections::BTreeMap;

use crate::objects::{
    Actor, Api, Cloud, Endpoint, Entity, Group, HttpRequest, Metadata, Observable, Policy,
    Resource, Service, User,
};
use crate::shape::{Text, Time, objects};

/// The version of the schema that events follow: Security Lake's for its source version 2.
pub const OCSF_VERSION: &str = "1.1.0";

objects! {
    /// An event of any class. [`crate::Class::attributes`] tells which attributes a class has; the others are absent.
    Event {
        /// How the event was made known.
        metadata: Metadata,
        /// When it happened, in milliseconds since 1970.
        time: i64,
        /// The same as a date.
        time_dt: Option<Time>,
        /// The category's name.
        category_name: Text,
        /// The category.
        category_uid: i32,
        /// The class's name.
        class_name: Text,
        /// The class.
        class_uid: i32,
        /// What was done, in a word; the operation's name if the class has no word for it.
        activity_name: Text,
        /// The same as a number.
        activity_id: i32,
        /// Class and activity in words.
        type_name: Text,
        /// Class and activity as a number: `class_uid` × 100 + `activity_id`.
        type_uid: i64,
        /// `Informational`.
        severity: Text,
        /// 1.
        severity_id: i32,
        /// How it ended.
        status: Text,
        /// The same as a number: 1 success, 2 failure, 99 other.
        status_id: i32,
        /// Where it happened.
        cloud: Cloud,
        /// The call.
        api: Api,
        /// Who did it. Classes 3004 to 3006 have it from the profile `host`.
        actor: Actor,
        /// Where it came from.
        src_endpoint: Option<Endpoint>,
        /// Where a sign-in leads to.
        dst_endpoint: Option<Endpoint>,
        /// How it was asked.
        http_request: Option<HttpRequest>,
        /// What the person signs in to.
        service: Option<Service>,
        /// Who signs in, whose account was changed, or who got or lost access.
        user: Option<User>,
        /// Whether a second factor was used.
        is_mfa: Option<bool>,
        /// How the caller showed who it is.
        auth_protocol: Option<Text>,
        /// The same as a number.
        auth_protocol_id: Option<i32>,
        /// What was given to or taken from a user or role.
        policy: Option<Policy>,
        /// The group.
        group: Option<Group>,
        /// What was made, changed or removed.
        entity: Option<Entity>,
        /// What a user or a group may do, or no longer.
        privileges: Option<Vec<Text>>,
        /// Where it may do that.
        resource: Option<Resource>,
        /// What the call worked on.
        resources: Option<Vec<Resource>>,
        /// Values to search for.
        observables: Option<Vec<Observable>>,
        /// What no attribute takes: paths of the record, and their values as text.
        unmapped: BTreeMap<String, String>,
    }
}
