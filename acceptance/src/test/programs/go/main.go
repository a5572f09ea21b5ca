// What tests ask of a Go program that AWS's aws-lambda-go runs: the event says which.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type event struct {
	What  string `json:"what"`
	Bytes int    `json:"bytes"`
}

type odd struct{ reason string }

func (o odd) Error() string { return o.reason }

func handle(ctx context.Context, event event) (any, error) {
	switch event.What {
	case "context":
		its, _ := lambdacontext.FromContext(ctx)
		deadline, _ := ctx.Deadline()
		return map[string]any{
			"id":       its.AwsRequestID,
			"arn":      its.InvokedFunctionArn,
			"client":   its.ClientContext.Custom,
			"name":     lambdacontext.FunctionName,
			"version":  lambdacontext.FunctionVersion,
			"memory":   lambdacontext.MemoryLimitInMB,
			"group":    lambdacontext.LogGroupName,
			"stream":   lambdacontext.LogStreamName,
			"left":     time.Until(deadline).Milliseconds(),
			"trace":    ctx.Value("x-amzn-trace-id"),
			"handler":  os.Getenv("_HANDLER"),
			"root":     os.Getenv("LAMBDA_TASK_ROOT"),
			"greeting": os.Getenv("GREETING"),
			"engine":   os.Getenv("AWS_EXECUTION_ENV"),
		}, nil
	case "error":
		return nil, odd{"no luck"}
	case "plain":
		return nil, errors.New("no luck either")
	case "panic":
		panic("at the " + event.What)
	case "exit":
		os.Exit(3)
	case "sleep":
		time.Sleep(time.Minute)
	case "large":
		return strings.Repeat("x", event.Bytes), nil
	case "stream":
		reader, writer := io.Pipe()
		go func() {
			for i := range 3 {
				fmt.Fprint(writer, i)
				time.Sleep(50 * time.Millisecond)
			}
			writer.Close()
		}()
		return &events.LambdaFunctionURLStreamingResponse{Body: reader}, nil
	}
	fmt.Println("greeted")
	return map[string]string{"hello": event.What}, nil
}

func main() { lambda.Start(handle) }
