/// Who may do what: principals, roles and the temporary credentials that Boda issues for them, and one question before
/// everything that is done.
///
/// ```
/// a call ──▶ aws.OperationAccess ──▶ CallAccess ─┐
///              action, resource      principal   ├──▶ AccessRequest ──▶ Authorizer
/// what Boda does by itself: FunctionLogs, ───────┘                      (allows; AccessLog shows it)
///   IssuedCredentials
/// ```
///
/// [Authorizer] is the one that policies will stand behind; today's, [OpenAuthorizer], allows everything.
/// Always true: nothing is done for a caller, nor for a function's role, before the authorizer was asked; an access
/// request is complete enough for AWS's policies to be evaluated on it.
@NullMarked
package dev.boda.access;

import org.jspecify.annotations.NullMarked;
