package dev.boda.api.lambda;

import dev.boda.aws.ApiCall;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.FunctionRules;
import software.amazon.awssdk.services.lambda.model.AccountLimit;
import software.amazon.awssdk.services.lambda.model.AccountUsage;
import software.amazon.awssdk.services.lambda.model.GetAccountSettingsRequest;
import software.amazon.awssdk.services.lambda.model.GetAccountSettingsResponse;

/// An account's limits in a region, and how much of them it uses.
public final class AccountOperations {

    private final FunctionCatalog catalog;

    public AccountOperations(FunctionCatalog catalog) {
        this.catalog = catalog;
    }

    public GetAccountSettingsResponse getAccountSettings(GetAccountSettingsRequest request, ApiCall call) {
        var usage = catalog.usage(call.caller().account(), call.caller().region());
        return GetAccountSettingsResponse.builder()
                .accountLimit(AccountLimit.builder()
                        .totalCodeSize(usage.codeLimitBytes())
                        .codeSizeUnzipped(FunctionRules.UNZIPPED_BYTES)
                        .codeSizeZipped(FunctionRules.ZIPPED_BYTES)
                        .concurrentExecutions(usage.concurrencyLimit())
                        .unreservedConcurrentExecutions(usage.unreservedConcurrency())
                        .build())
                .accountUsage(AccountUsage.builder()
                        .totalCodeSize(usage.codeBytes())
                        .functionCount(usage.functions())
                        .build())
                .build();
    }
}
