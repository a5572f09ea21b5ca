package dev.boda.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How the resource of an access request comes from an operation's input; [dev.boda.aws.model.AccessFact] says how it
/// is written. A member that names the resource may hold its name, its ARN or, as Lambda has it, a part of one.
final class ResourceTemplate {

    static final String ALL = "*";
    static final String UNKNOWN = "?";

    private static final Pattern FORM = Pattern.compile("(?<kind>[a-z-]+:)?\\{(?<names>[\\w.|]+)}(?<rest>.*)");
    private static final Pattern PART = Pattern.compile("\\{(?<own>:?)(?<name>[\\w.]+)}|[^{]+");
    private static final Pattern REGION = Pattern.compile("[a-z]{2,4}(-[a-z]+)+-\\d");
    private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");
    private static final int HEAD_OF_ARN = 5;

    /// What stands behind the resource's name: a text, or a member's value.
    ///
    /// @param own whether it brings the colon before it, and is left out where the name has one already
    private record Part(String text, boolean member, boolean own) {}

    private final String text;
    private final String service;
    private final String kind;
    private final List<String> names;
    private final List<Part> rest;

    private ResourceTemplate(String text, String service, String kind, List<String> names, List<Part> rest) {
        this.text = text;
        this.service = service;
        this.kind = kind;
        this.names = names;
        this.rest = rest;
    }

    /// @param service of the ARN: `lambda`
    static ResourceTemplate compile(String text, String service) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            return new ResourceTemplate(text, service, "", List.of(), List.of());
        }
        var rest = new ArrayList<Part>();
        var part = PART.matcher(form.group("rest"));
        while (part.find()) {
            var name = part.group("name");
            rest.add(new Part(name == null ? part.group() : name, name != null, ":".equals(part.group("own"))));
        }
        var kind = form.group("kind");
        return new ResourceTemplate(
                text,
                service,
                kind == null ? "" : kind,
                List.of(form.group("names").split("\\|", -1)),
                List.copyOf(rest));
    }

    /// The member that names it, the first of several; empty if none does.
    Optional<String> member() {
        return names.stream().findFirst();
    }

    /// Whether the input says which resource it is.
    boolean isKnown() {
        return !text.equals(UNKNOWN);
    }

    /// The resources, one or more; a member that holds a list stands for one each.
    ///
    /// @param members their values in an input, by their names
    List<String> resolve(Function<String, @Nullable Object> members, Caller caller) {
        if (names.isEmpty()) {
            return List.of(text.equals(ALL) ? ALL : head(caller) + text);
        }
        for (var name : names) {
            var value = members.apply(name);
            if (value instanceof List<?> list && !list.isEmpty()) {
                return list.stream()
                        .map(item -> resolve(String.valueOf(item), members, caller))
                        .toList();
            }
            if (value != null && !(value instanceof List<?>)) {
                return List.of(resolve(value.toString(), members, caller));
            }
        }
        return List.of(kind.isEmpty() ? ALL : resolve("", members, caller));
    }

    private String resolve(String name, Function<String, @Nullable Object> members, Caller caller) {
        var base = base(name, caller);
        if (rest.isEmpty()) {
            return base;
        }
        var resource = new StringBuilder(base);
        for (var part : rest) {
            if (!part.member) {
                resource.append(part.text);
                continue;
            }
            var value = members.apply(part.text);
            if (!part.own) {
                resource.append(value == null ? "" : value);
            } else if (value != null && base.indexOf(':', head(base) + kind.length()) < 0) {
                resource.append(':').append(value);
            }
        }
        return resource.toString();
    }

    private String base(String name, Caller caller) {
        if (kind.isEmpty() || name.startsWith("arn:")) {
            // Logs writes `:*` behind a group's ARN where it means what is in it.
            return name.endsWith(":*") ? name.substring(0, name.length() - 2) : name;
        }
        return name.indexOf(':') < 0 ? head(caller) + kind + name : completed(name, caller);
    }

    /// `us-east-1:123456789012:function:hello:PROD`, of which all but the name may be missing.
    private String completed(String name, Caller caller) {
        var region = caller.region();
        var account = caller.account();
        var left = name;
        var first = left.substring(0, left.indexOf(':'));
        if (REGION.matcher(first).matches()) {
            region = first;
            left = left.substring(first.length() + 1);
            first = left.substring(0, Math.max(0, left.indexOf(':')));
        }
        if (ACCOUNT.matcher(first).matches()) {
            account = first;
            left = left.substring(first.length() + 1);
        }
        return head(region, account) + (left.startsWith(kind) ? left : kind + left);
    }

    private String head(Caller caller) {
        return head(caller.region(), caller.account());
    }

    private String head(String region, String account) {
        return "arn:" + Arn.partitionOf(region) + ":" + service + ":" + region + ":" + account + ":";
    }

    /// Where the resource begins in an ARN.
    private static int head(String arn) {
        int at = 0;
        for (int colon = 0; colon < HEAD_OF_ARN; colon++) {
            at = arn.indexOf(':', at) + 1;
        }
        return at;
    }

    @Override
    public String toString() {
        return text;
    }
}
