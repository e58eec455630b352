use aws_config::Region;
use aws_sdk_sns::Client;
use aws_sdk_sns::types::MessageAttributeValue;

use crate::{Aws, Message, SendError};

/// A topic of Amazon SNS.
#[derive(Debug)]
pub struct TopicTarget {
    client: Client,
    topic: Option<String>,
}

impl TopicTarget {
    /// The topic with this ARN, in whose Region it is; without one the topic that each message names.
    pub async fn new(aws: &Aws, topic: Option<String>) -> Self {
        let mut aws = aws.clone();
        // Publishing names a Region of its own; there must be one for the client too.
        aws.region.get_or_insert_with(|| {
            let region = topic.as_deref().and_then(region);
            region.unwrap_or("us-east-1").to_owned()
        });
        Self {
            client: Client::new(&aws.config().await),
            topic,
        }
    }

    pub(crate) async fn send(&self, message: &Message<'_>) -> Result<(), SendError> {
        let topic = self.topic.as_deref().or(message.topic);
        let topic = topic.ok_or_else(|| SendError::last("no topic is named"))?;
        let mut publish = self.client.publish().topic_arn(topic).message(message.body);
        if topic.ends_with(".fifo") {
            publish = publish
                .message_group_id(message.account)
                .message_deduplication_id(message.id);
        }
        for (name, value) in message.attributes() {
            let value = MessageAttributeValue::builder()
                .data_type("String")
                .string_value(value)
                .build()
                .map_err(|error| SendError::last(error.to_string()))?;
            publish = publish.message_attributes(name, value);
        }
        let mut publish = publish.customize();
        if let Some(region) = region(topic) {
            let there = aws_sdk_sns::Config::builder().region(Region::new(region.to_owned()));
            publish = publish.config_override(there);
        }
        let sent = publish.send().await;
        sent.map(drop).map_err(|error| SendError::of_aws(&error))
    }
}

/// The Region of an ARN.
pub(crate) fn region(arn: &str) -> Option<&str> {
    let mut parts = arn.split(':');
    (parts.next() == Some("arn"))
        .then(|| parts.nth(2))
        .flatten()
        .filter(|region| !region.is_empty())
}
