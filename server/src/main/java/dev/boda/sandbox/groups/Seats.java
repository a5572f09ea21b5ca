package dev.boda.sandbox.groups;

import dev.boda.os.ControlGroup;
import dev.boda.os.ControlGroupHierarchies;
import java.io.IOException;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which of the server's groups has which duty, and why a duty has none. A controller is in a version 1 hierarchy or in
/// version 2, never in both; to freeze and to kill is version 2's, if the machine has it.
final class Seats {

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

    private void takeUnified(ControlGroup own) {
        take(Duty.END, own, Version.TWO);
        if (!seats.containsKey(Duty.END)) {
            var why = whyMissing(Duty.END);
            wanted(own).forEach(duty -> missing.put(duty, why));
            return;
        }
        var wanted = wanted(own);
        if (wanted.isEmpty()) {
            return;
        }
        try {
            delegation = Delegation.of(own, wanted);
            Delegation.enable(seats.get(Duty.END).group(), wanted);
            wanted.forEach(duty -> take(duty, own, Version.TWO));
        } catch (IOException refused) {
            wanted.forEach(duty -> missing.put(duty, String.valueOf(refused.getMessage())));
        }
    }

    /// The limits whose controllers are version 2's here.
    private List<Duty> wanted(ControlGroup own) {
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
