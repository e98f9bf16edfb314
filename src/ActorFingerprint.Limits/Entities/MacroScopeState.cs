using ActorFingerprint.Limits.Correlation;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Scores;

namespace ActorFingerprint.Limits.Entities;

/// <summary>One macro scope (AF-1 §4.2): its distinct children, and spray and churn counted in it while it is active.</summary>
public sealed class MacroScope
{
    internal BoundedWindow Children;

    internal WatchedWindow Subjects { get; } = new();

    internal SlotMap<WatchedWindow> Churn;

    internal long ExpiresAt => Math.Max(
        Children.Count == 0 ? 0 : Children.Start + WatchedWindow.LifetimeSeconds,
        Math.Max(Subjects.ExpiresAt, Churn.LatestExpiry(w => w.ExpiresAt)));

    internal WatchedWindow ChurnOf(KeyDigest agent, long now)
    {
        if (Churn.TryGet(agent, out var window)) return window;
        Churn.MakeRoom(EntityBounds.AgentsPerMacroScope, now, w => w.ExpiresAt);
        Churn.Add(agent, window = new WatchedWindow());
        return window;
    }
}

/// <summary>
/// The macro-scope entity, routed by the /32: all scopes from /48 to /32 below it, so that one request asks one entity whatever is active.
/// Windows are volatile, watches durable; nothing here is a score or a block.
/// </summary>
public sealed class MacroScopeState : EntityState
{
    internal SlotMap<MacroScope> Scopes;

    /// <inheritdoc/>
    public override KeyCounts Keys => default;

    /// <inheritdoc/>
    public override void Evolve(LimiterEvent @event)
    {
        switch (@event)
        {
            case LimiterEvent.WatchCounted { Watch.Rule: WatchedRule.Spray } e:
                Scope(e.Watch.Key.Digest, e.At).Subjects.Watch = new(e.Count, e.FirstAt);
                break;
            case LimiterEvent.WatchCounted e:
                Scope(e.Watch.Key.Digest, e.At).ChurnOf(e.Watch.Agent, e.At).Watch = new(e.Count, e.FirstAt);
                break;
            case LimiterEvent.Rekeyed { Type: KeyType.K1 } e: Scopes.Move(e.Previous, e.Current); break;
            case LimiterEvent.Rekeyed { Type: KeyType.K2 } e:
                foreach (var (_, scope) in Scopes.Entries()) scope.Churn.Move(e.Previous, e.Current);
                break;
            case LimiterEvent.CarriedOver e: foreach (var fact in e.Facts) Evolve(fact); break;
            case LimiterEvent.Reset: Scopes = new(); break;
            default: throw Unknown(@event);
        }
    }

    /// <inheritdoc/>
    public override long ExpiresAt() => Scopes.LatestExpiry(s => s.ExpiresAt);

    /// <inheritdoc/>
    public override IReadOnlyList<LimiterEvent> Facts(long now)
    {
        var facts = new List<LimiterEvent>();
        foreach (var (digest, scope) in Scopes.Entries())
        {
            var key = new KeyRef(KeyType.K1, digest);
            scope.Subjects.AddFacts(new(WatchedRule.Spray, key), now, facts);
            foreach (var (agent, churn) in scope.Churn.Entries()) churn.AddFacts(new(WatchedRule.Churn, key, agent), now, facts);
        }
        return facts;
    }

    /// <inheritdoc/>
    public override void Prune(long now)
    {
        foreach (var (_, scope) in Scopes.Entries()) scope.Churn.Prune(now, w => w.ExpiresAt);
        Scopes.Prune(now, s => s.ExpiresAt);
    }

    public override void AdoptVolatile(EntityState previous) => Scopes = ((MacroScopeState)previous).Scopes;

    /// <inheritdoc/>
    public override bool WriteVolatile(CompactWriter output, long now)
    {
        var any = false;
        output.Number(Scopes.Count);
        foreach (var (digest, scope) in Scopes.Entries())
        {
            output.Digest(digest);
            any |= output.Window(scope.Children, WatchedWindow.LifetimeSeconds, now);
            any |= scope.Subjects.WriteWindow(output, now);
            output.Number(scope.Churn.Count);
            foreach (var (agent, churn) in scope.Churn.Entries())
            {
                output.Digest(agent);
                any |= churn.WriteWindow(output, now);
            }
        }
        return any;
    }

    /// <inheritdoc/>
    public override void ReadVolatile(ref CompactReader input)
    {
        for (var scopes = input.Number(EntityBounds.ScopesPerSlash32); scopes > 0; scopes--)
        {
            var scope = Scope(input.Digest(), 0);
            scope.Children = input.Window();
            scope.Subjects.ReadWindow(ref input);
            for (var agents = input.Number(EntityBounds.AgentsPerMacroScope); agents > 0; agents--)
                scope.ChurnOf(input.Digest(), 0).ReadWindow(ref input);
        }
    }

    internal MacroScope Scope(KeyDigest digest, long now)
    {
        if (Scopes.TryGet(digest, out var scope)) return scope;
        Scopes.MakeRoom(EntityBounds.ScopesPerSlash32, now, s => s.ExpiresAt);
        Scopes.Add(digest, scope = new MacroScope());
        return scope;
    }
}
