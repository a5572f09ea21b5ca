package dev.boda.sandbox.groups;

import dev.boda.os.ControlGroup;
import dev.boda.os.ControlGroupHierarchies;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which of the server's groups has which duty, and why a duty has none. A controller is in a version 1 hierarchy or in
/// version 2, never in both; to freeze and to kill is version 2's, if the machine has it.
final class Seats {

    private static final Logger log = LoggerFactory.getLogger(Seats.class);

    private final String name;
    private final ControlGroupHierarchies hierarchies;
    private final Map<Duty, Seat> seats = new EnumMap<>(Duty.class);
    private final Map<Duty, String> missing = new EnumMap<>(Duty.class);
    private @Nullable Delegation delegation;

    private Seats(String name, ControlGroupHierarchies hierarchies) {
        this.name = name;
        this.hierarchies = hierarchies;
    }

    /// Makes the groups of this name, wherever there is use for one.
    static Seats take(String name, ControlGroupHierarchies hierarchies) {
        var seats = new Seats(name, hierarchies);
        seats.takeAll();
        return seats;
    }

    /// None has a duty.
    static Seats none(String why) {
        var seats = new Seats("", new ControlGroupHierarchies(Optional.empty(), Map.of()));
        List.of(Duty.values()).forEach(duty -> seats.missing.put(duty, why));
        return seats;
    }

    Map<Duty, Seat> all() {
        return Map.copyOf(seats);
    }

    Optional<Seat> find(Duty duty) {
        return Optional.ofNullable(seats.get(duty));
    }

    /// Why nobody has this duty.
    String whyMissing(Duty duty) {
        return missing.getOrDefault(duty, "");
    }

    /// The groups, each once: version 2's may have several duties.
    Set<ControlGroup> groups() {
        return distinct(seats);
    }

    static Set<ControlGroup> distinct(Map<Duty, Seat> seats) {
        var groups = new LinkedHashSet<ControlGroup>();
        for (var duty : Duty.values()) {
            var seat = seats.get(duty);
            if (seat != null) {
                groups.add(seat.group());
            }
        }
        return groups;
    }

    private void takeAll() {
        var unified = hierarchies.unified();
        if (unified.isPresent()) {
            takeUnified(unified.get());
        }
        for (var duty : Duty.values()) {
            var own = hierarchies.controllers().get(duty.controller());
            if (own != null && !seats.containsKey(duty)) {
                take(duty, own, Version.ONE);
            } else if (!seats.containsKey(duty)) {
                missing.putIfAbsent(
                        duty, "the server is given no control group controller '" + duty.controller() + "' here");
            }
        }
    }

    /// Takes the first place that gives all that it offers; if there is none, what the server's own group gives.
    private void takeUnified(ControlGroup own) {
        for (var place : places(own)) {
            if (takeUnified(own, place)) {
                return;
            }
            release();
        }
        takeUnified(own, own);
    }

    /// In which of version 2's groups the server's may be made, the better first: where most limits are
    /// to be had, that is the server's own, or else one above, of those the one where least must be
    /// changed. Root may make groups in all; a user in those that a systemd of theirs has.
    static List<ControlGroup> places(ControlGroup own) {
        var places = new ArrayList<ControlGroup>();
        for (var at = Optional.of(own); at.isPresent(); at = at.get().parent()) {
            places.add(at.get());
        }
        places.sort(
                Comparator.<ControlGroup>comparingInt(place -> -wanted(place).size())
                        .thenComparing(place -> !place.equals(own))
                        .thenComparingInt(place ->
                                Delegation.lacking(place, wanted(place)).size()));
        return places;
    }

    private boolean takeUnified(ControlGroup own, ControlGroup place) {
        var wanted = wanted(place);
        // Who moves a process must be allowed to write this, too.
        if (place.offers("cgroup.procs")) {
            take(Duty.END, place, Version.TWO);
        } else {
            missing.put(
                    Duty.END,
                    "this user may put no processes into groups below " + place.folder() + ": " + Delegation.REMEDY);
        }
        if (!seats.containsKey(Duty.END)) {
            var why = whyMissing(Duty.END);
            Duty.LIMITS.forEach(duty -> missing.put(duty, why));
            return false;
        }
        try {
            delegation = place.equals(own)
                    ? Delegation.below(
                            own, wanted, new ControlGroup(own.folder().resolve(leaf(name))))
                    : Delegation.among(place, wanted);
            Delegation.enable(seats.get(Duty.END).group(), wanted);
            wanted.forEach(duty -> take(duty, place, Version.TWO));
            return true;
        } catch (IOException refused) {
            wanted.forEach(duty -> missing.put(duty, String.valueOf(refused.getMessage())));
            return false;
        }
    }

    /// Gives back what a place has given, which was not all.
    private void release() {
        try {
            for (var group : groups()) {
                group.remove();
            }
            close();
            delegation = null;
        } catch (IOException stays) {
            log.debug("A control group that is of no use stays", stays);
        }
        seats.clear();
        missing.clear();
    }

    /// Of the group that the server itself moves to.
    static String leaf(String name) {
        return name + "-server";
    }

    /// The limits whose controllers are version 2's here.
    private static List<Duty> wanted(ControlGroup own) {
        var offered = Delegation.words(own, "cgroup.controllers");
        return Duty.LIMITS.stream()
                .filter(duty -> offered.contains(duty.controller()))
                .toList();
    }

    private void take(Duty duty, ControlGroup own, Version version) {
        var place = own.folder().resolve(name);
        try {
            var group = ControlGroup.create(place);
            var file = version.needs(duty);
            if (group.offers(file) && group.offers("cgroup.procs")) {
                seats.put(duty, new Seat(group, version));
                missing.remove(duty);
            } else {
                missing.put(duty, "control groups here have no " + file + " that this user may write");
                if (!groups().contains(group)) {
                    group.remove();
                }
            }
        } catch (IOException refused) {
            missing.put(duty, "no control group can be made here (" + refused.getMessage() + ")");
        }
    }

    /// Gives back what taking the seats changed besides making groups. Those must be gone.
    void close() {
        if (delegation != null) {
            delegation.undo();
        }
    }
}
