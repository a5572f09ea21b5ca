//! What tests ask of a Rust program that AWS's lambda_runtime runs: the event says which.

use lambda_runtime::{run, service_fn, Error, LambdaEvent};
use serde_json::{json, Value};

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let (event, context) = event.into_parts();
    match event["what"].as_str().unwrap_or_default() {
        "context" => Ok(json!({
            "id": context.request_id,
            "arn": context.invoked_function_arn,
            "deadline": context.deadline,
            "trace": context.xray_trace_id,
            "name": context.env_config.function_name,
            "memory": context.env_config.memory,
            "version": context.env_config.version,
            "group": context.env_config.log_group,
            "stream": context.env_config.log_stream,
        })),
        "error" => Err("no luck".into()),
        "panic" => panic!("in the middle"),
        "exit" => std::process::exit(3),
        "sleep" => {
            tokio::time::sleep(std::time::Duration::from_secs(60)).await;
            Ok(Value::Null)
        }
        "large" => Ok(Value::String("x".repeat(event["bytes"].as_u64().unwrap_or(0) as usize))),
        what => {
            println!("greeted");
            Ok(json!({ "hello": what }))
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    run(service_fn(handle)).await
}
