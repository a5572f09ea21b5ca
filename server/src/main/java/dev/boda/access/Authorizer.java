package dev.boda.access;

/// Decides about access requests. Asked before anything is done, on the path of every call: it has to be quick.
@FunctionalInterface
public interface Authorizer {

    boolean allows(AccessRequest request);
}
