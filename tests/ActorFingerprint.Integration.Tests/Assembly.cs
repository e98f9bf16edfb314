using Xunit;

// Tests here share servers, and a transaction that one of them holds open shows in the others; most of their time is waiting anyway.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
