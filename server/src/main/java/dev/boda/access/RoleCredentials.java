package dev.boda.access;

/// Issues temporary credentials for roles, and knows whose a key is.
public interface RoleCredentials {

    /// New credentials for a session of `roleArn`, named like the function that it is for. The caller in AWS's
    /// terms is `arn:aws:sts::ACCOUNT:assumed-role/ROLE/sessionName`.
    ///
    /// @param account the function's, 12 digits, whatever account the role names (on AWS the same)
    /// @throws RoleRefusedException if Lambda may not assume the role
    Credentials issue(String account, String roleArn, String sessionName);

    /// Forgets credentials: their environment has ended.
    void revoke(Credentials credentials);
}
