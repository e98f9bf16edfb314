using System.Diagnostics;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Core.Devices;

/// <summary>
/// One network device as a decider: an observation causes events only by what is new in it (design §4). Rules and their reasons
/// are in docs/devices.md.
/// </summary>
public sealed class Device : IDecider<DeviceState, DeviceCommand, DeviceEvent>
{
    /// <inheritdoc />
    public static DeviceState Initial => DeviceState.Initial;

    /// <inheritdoc />
    public static IReadOnlyList<DeviceEvent> Decide(DeviceState state, DeviceCommand command) => command switch
    {
        DeviceCommand.Observe observe => Observe(state, observe.Observation, observe.Run, observe.Counts),
        _ when !state.Exists => [],
        DeviceCommand.IdentifyRouter router => IdentifyRouter(state, router),
        DeviceCommand.Classify classify => Classification.Decide(state, classify),
        DeviceCommand.SetLabel label => SetLabel(state, label),
        DeviceCommand.ApplyRetention retention => ApplyRetention(state, retention),
        DeviceCommand.Erase erase => [new DeviceEvent.Erased(erase.AtTicks)],
        _ => throw new UnreachableException($"{command.GetType()} is not a device command"),
    };

    /// <summary>
    /// The events of an observation, as <see cref="DeviceCommand.Observe"/>. Allocates nothing when it tells nothing new. An
    /// observation without a device key causes no events.
    /// </summary>
    public static IReadOnlyList<DeviceEvent> Observe(DeviceState state, Observation observation, string run, IFingerprintCounts counts) =>
        observation.Device.IsNone ? [] : new DeviceNews(state, observation, run, counts).Read();

    /// <inheritdoc />
    public static DeviceState Evolve(DeviceState state, DeviceEvent @event) => @event switch
    {
        DeviceEvent.FirstSeen first => state with { FirstSeen = first },
        DeviceEvent.FingerprintObserved e => state
            .With(e.Kind, state.History(e.Kind).Add(new FingerprintValue(e.Number, e.Value, e.AtTicks, e.Features))) with
        {
            LastNumber = Math.Max(state.LastNumber, e.Number),
            Novelty = state.Novelty.Add((Novelty)e.Kind, e.AtTicks),
        },
        DeviceEvent.AddressObserved e => Add(state, e),
        DeviceEvent.HostNameObserved e => state with
        {
            HostNames = (state.HostNames.Length < DeviceState.MaxHostNames ? state.HostNames : state.HostNames.RemoveAt(0))
                .Add(new KnownHostName(e.Name, e.Source, e.AtTicks)),
            Novelty = state.Novelty.Add(Novelty.HostName, e.AtTicks),
        },
        DeviceEvent.FactObserved e => state.With(new KnownFact(e.Kind, e.Value, e.AtTicks)) with
        {
            Novelty = state.Novelty.Add(Novelty.Fact, e.AtTicks),
        },
        DeviceEvent.ChurnDetected => state with { Churns = state.Churns + 1 },
        DeviceEvent.ChurnSuppressed e => state with { Novelty = state.Novelty.Suppress((Novelty)e.Kind, e.HourStartTicks) },
        DeviceEvent.RouterIdentified e => BecomeRouter(state, e),
        DeviceEvent.Classified e => state with { Classification = e },
        DeviceEvent.Labelled e => state with { Label = e.Label },
        DeviceEvent.RetentionApplied e => state with
        {
            Histories = [.. state.Histories.Select(history => history.Forget(e.Forgotten))],
            LastNumber = Math.Max(state.LastNumber, e.Forgotten.DefaultIfEmpty().Max()),
        },
        DeviceEvent.Erased => Initial,
        _ => throw new UnreachableException($"{@event.GetType()} is not a device event"),
    };

    private static IReadOnlyList<DeviceEvent> IdentifyRouter(DeviceState state, DeviceCommand.IdentifyRouter command) =>
        state.IsRouter ? [] : [new DeviceEvent.RouterIdentified(command.AtTicks, command.Behind, command.Where)];

    private static IReadOnlyList<DeviceEvent> SetLabel(DeviceState state, DeviceCommand.SetLabel command) =>
        DeviceLabel.TryParse(command.Label, out var label, out _) && label != state.Label
            ? [new DeviceEvent.Labelled(command.AtTicks, label)]
            : [];

    private static IReadOnlyList<DeviceEvent> ApplyRetention(DeviceState state, DeviceCommand.ApplyRetention command)
    {
        List<int> forgotten = [];
        for (var kind = 0; kind < DeviceState.Kinds; kind++)
            foreach (var value in state.Histories[kind].Values)
            {
                var last = Math.Max(value.AtTicks, command.Counts.Of((FingerprintKind)kind, value.Number).LastTicks);
                if (last < command.BeforeTicks) forgotten.Add(value.Number);
            }
        forgotten.Sort();
        return forgotten.Count == 0 ? [] : [new DeviceEvent.RetentionApplied(command.AtTicks, command.BeforeTicks, forgotten)];
    }

    private static DeviceState Add(DeviceState state, DeviceEvent.AddressObserved e)
    {
        if (!NetworkAddress.TryParse(e.Address, out var address)) return state;
        return state with
        {
            Addresses = (state.Addresses.Length < DeviceState.MaxAddresses ? state.Addresses : state.Addresses.RemoveAt(0))
                .Add(new KnownAddress(address, e.AtTicks)),
            Novelty = state.Novelty.Add(Novelty.Address, e.AtTicks),
        };
    }

    private static DeviceState BecomeRouter(DeviceState state, DeviceEvent.RouterIdentified e) =>
        state.With(FingerprintKind.Ja4, FingerprintHistory.Empty) with
        {
            IsRouter = true,
            Facts = [.. state.Facts.Where(fact => !FactScope.CrossesRouters(fact.Kind))],
            Addresses = [.. state.Addresses.Where(known => !e.Behind.Contains(known.Address.ToString()))],
        };
}
