//! A function of AWS's lambda_runtime that calls AWS by its SDK, as its documentation has it: keys, region and address come
//! from the environment.

use aws_sdk_lambda::{primitives::Blob, Client};
use lambda_runtime::{run, service_fn, Error, LambdaEvent};
use serde_json::{json, Value};

async fn handle(client: &Client, event: LambdaEvent<Value>) -> Result<Value, Error> {
    let name = std::env::var("AWS_LAMBDA_FUNCTION_NAME")?;
    let its = client.get_function_configuration().function_name(name).send().await?;
    let other = event.payload["function"].as_str().unwrap_or_default();
    let called = client.invoke().function_name(other).payload(Blob::new("\"from the SDK\"")).send().await?;
    let answer = called.payload().map(|payload| String::from_utf8_lossy(payload.as_ref()).into_owned());
    Ok(json!({ "arn": its.function_arn(), "memory": its.memory_size(), "called": answer }))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let client = Client::new(&aws_config::load_from_env().await);
    run(service_fn(|event| handle(&client, event))).await
}
