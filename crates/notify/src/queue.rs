use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::MessageAttributeValue;
use tokio::sync::OnceCell;

use crate::topic::region;
use crate::{Aws, Message, SendError};

/// A queue of Amazon SQS.
#[derive(Debug)]
pub struct QueueTarget {
    client: Client,
    queue: String,
    /// The queue's URL, once it is known.
    url: OnceCell<String>,
}

impl QueueTarget {
    /// The queue with this URL or ARN. Its Region is that of the ARN, unless another is given.
    pub async fn new(aws: &Aws, queue: String) -> Self {
        let mut aws = aws.clone();
        aws.region = aws.region.or_else(|| region(&queue).map(str::to_owned));
        Self {
            client: Client::new(&aws.config().await),
            url: match queue.starts_with("arn:") {
                true => OnceCell::new(),
                false => OnceCell::new_with(Some(queue.clone())),
            },
            queue,
        }
    }

    pub(crate) async fn send(&self, message: &Message<'_>) -> Result<(), SendError> {
        let url = self.url.get_or_try_init(|| self.find()).await?;
        let mut send = self
            .client
            .send_message()
            .queue_url(url)
            .message_body(message.body);
        if url.ends_with(".fifo") {
            send = send
                .message_group_id(message.account)
                .message_deduplication_id(message.id);
        }
        for (name, value) in message.attributes() {
            let value = MessageAttributeValue::builder()
                .data_type("String")
                .string_value(value)
                .build()
                .map_err(|error| SendError::last(error.to_string()))?;
            send = send.message_attributes(name, value);
        }
        let sent = send.send().await;
        sent.map(drop).map_err(|error| SendError::of_aws(&error))
    }

    /// Asks for the URL of the queue with the ARN.
    async fn find(&self) -> Result<String, SendError> {
        let parts: Vec<&str> = self.queue.split(':').collect();
        let [_, _, _, _, account, name] = parts.as_slice() else {
            return Err(SendError::last("the queue's ARN has other than six parts"));
        };
        let found = self
            .client
            .get_queue_url()
            .queue_name(*name)
            .queue_owner_aws_account_id(*account)
            .send()
            .await
            .map_err(|error| SendError::of_aws(&error))?;
        let url = found.queue_url;
        url.ok_or_else(|| SendError::passing("GetQueueUrl answers no URL"))
    }
}
