using System.Runtime.InteropServices;
using ActorFingerprint.Limits.Correlation;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Hosting;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>The steps of a decision, in the order of AF-1 §7.</summary>
internal enum DecisionStage : byte
{
    ReadAddress, ReadAccount, Conclude, ObserveAccount, ObserveMacroScope, ObserveAddress, ObserveDilution, Gather, MutateAddress,
    MutateAccount, PublishSoft, Done,
}

/// <summary>
/// How far a decision has got, and what the entities told it so far: with the request's facts, all that it takes to go on, on this node or
/// on another.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct DecisionProgress
{
    public DecisionStage Stage;
    public ActiveBlocks Blocks;
    public AccountObservation Account;
    public AddressObservation Address;
    public MacroObservation Macro;
    public DilutionFinding Dilution;
    public SoftBlocks Soft;
    public Verdict Verdict;
    public bool BudgetUsedUp;

    private const int MaxLevel = 6;
    private const long AllReasons = ((long)LimitReasons.ReentryGuard << 1) - 1;
    private const long AllSignals = ((long)LimitSignals.ReentryViolation << 1) - 1;

    public readonly void Write(CompactWriter output)
    {
        output.Byte((byte)Stage);
        output.Number(
            Bit(0, Account.DeviceRefused) | Bit(1, Account.Distributed.Met) | Bit(2, Account.Distributed.FirstOfWindow)
            | Bit(3, Account.Distributed.ThirdOccurrence) | Bit(4, Address.DeviceRefused) | Bit(5, Address.Churn) | Bit(6, Address.Spray)
            | Bit(7, Macro.Churn) | Bit(8, Macro.Spray) | Bit(9, BudgetUsedUp));
        output.Number(Blocks.HardLevel);
        output.Number(Blocks.HardSeconds);
        output.Number(Blocks.SoftLevel);
        output.Number(Blocks.SoftSeconds);
        output.Byte((byte)Account.Flood);
        output.Number((long)Macro.Active);
        output.Byte((byte)Dilution);
        var (k1, k2, k3) = Soft.AsLevels;
        output.Number(k1);
        output.Number(k2);
        output.Number(k3);
        Write(output, Verdict.HardSide);
        Write(output, Verdict.SoftSide);
    }

    public static DecisionProgress Read(ref CompactReader input)
    {
        var progress = new DecisionProgress { Stage = (DecisionStage)input.Byte((byte)DecisionStage.Done) };
        var bits = input.Number((1 << 10) - 1);
        progress.Blocks = new((int)input.Number(MaxLevel), input.Number(), (int)input.Number(MaxLevel), input.Number());
        progress.Account = new(
            Has(bits, 0), new(Has(bits, 1), Has(bits, 2), Has(bits, 3)), (FloodFinding)input.Byte((byte)FloodFinding.Hard));
        progress.Address = new(Has(bits, 4), Has(bits, 5), Has(bits, 6));
        progress.Macro = new((LimitSignals)input.Number(AllSignals), Has(bits, 7), Has(bits, 8));
        progress.BudgetUsedUp = Has(bits, 9);
        progress.Dilution = (DilutionFinding)input.Byte((byte)DilutionFinding.BlockDevice);
        progress.Soft = new((int)input.Number(MaxLevel), (int)input.Number(MaxLevel), (int)input.Number(MaxLevel));
        var (hard, soft) = (ReadSide(ref input), ReadSide(ref input));
        if (hard.Level > 0) progress.Verdict.Hard(hard.Level, hard.Seconds, hard.Reasons);
        if (soft.Level > 0) progress.Verdict.Soft(soft.Level, soft.Seconds, soft.Reasons);
        return progress;
    }

    private static void Write(CompactWriter output, (int Level, long Seconds, LimitReasons Reasons) side)
    {
        output.Number(side.Level);
        output.Number(side.Seconds);
        output.Number((long)side.Reasons);
    }

    private static (int Level, long Seconds, LimitReasons Reasons) ReadSide(ref CompactReader input) =>
        ((int)input.Number(MaxLevel), input.Number(), (LimitReasons)input.Number(AllReasons));

    private static long Bit(int position, bool value) => value ? 1L << position : 0;

    private static bool Has(long bits, int position) => (bits >> position & 1) != 0;
}
