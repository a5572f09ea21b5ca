// A function of AWS's aws-lambda-go that calls AWS by its SDK, as its documentation has it: keys, region and address come
// from the environment.
package main

import (
	"context"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	api "github.com/aws/aws-sdk-go-v2/service/lambda"
)

var client *api.Client

type answer struct {
	Arn    string `json:"arn"`
	Memory int32  `json:"memory"`
	Called string `json:"called"`
}

type event struct {
	Function string `json:"function"`
}

func handle(ctx context.Context, event event) (answer, error) {
	name := os.Getenv("AWS_LAMBDA_FUNCTION_NAME")
	its, err := client.GetFunctionConfiguration(ctx, &api.GetFunctionConfigurationInput{FunctionName: &name})
	if err != nil {
		return answer{}, err
	}
	called, err := client.Invoke(ctx, &api.InvokeInput{FunctionName: &event.Function, Payload: []byte(`"from the SDK"`)})
	if err != nil {
		return answer{}, err
	}
	return answer{*its.FunctionArn, *its.MemorySize, string(called.Payload)}, nil
}

func main() {
	settings, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		panic(err)
	}
	client = api.NewFromConfig(settings)
	lambda.Start(handle)
}
