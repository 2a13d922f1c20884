namespace NFUnitTest;

/// <summary>All tests of tests/Workqueues.Tests; tests/VirtualBoard.Tests writes it with WRITE_TEST_LIST=1.</summary>
internal static class TestList
{
    internal static void RunAll()
    {
        RunArgumentTests();
        RunCancelTests();
        RunContextTests();
        RunCounterTests();
        RunDeadlineTests();
        RunDelayedTests();
        RunDestroyTests();
        RunDisableTests();
        RunFaultTests();
        RunFlushItemTests();
        RunFlushQueueTests();
        RunFreezeTests();
        RunItemTests();
        RunMessageTests();
        RunProcessorTests();
        RunQueueAtTests();
        RunSystemQueueTests();
        RunTraceTests();
        RunTwoQueuesTests();
        RunWorkPoolTests();
    }

    private static void RunArgumentTests()
    {
        ArgumentTests tests = new ArgumentTests();
        Program.Test("ArgumentTests.EveryQueueing_Null_Throws", tests.EveryQueueing_Null_Throws);
        Program.Test(
            "ArgumentTests.EveryQueueing_NegativeDelayOrNoSuchProcessor_ThrowsInEveryState",
            tests.EveryQueueing_NegativeDelayOrNoSuchProcessor_ThrowsInEveryState);
        Program.Test(
            "ArgumentTests.QueueOn_LastProcessorAndOneMore_IsTakenAndThrows",
            tests.QueueOn_LastProcessorAndOneMore_IsTakenAndThrows);
        Program.Test("ArgumentTests.Constructors_NullOrOutOfRange_Throw", tests.Constructors_NullOrOutOfRange_Throw);
        Program.Test("ArgumentTests.WorkqueueOptions_New_HasTheDefaults", tests.WorkqueueOptions_New_HasTheDefaults);
    }

    private static void RunCancelTests()
    {
        CancelTests tests = new CancelTests();
        Program.Test("CancelTests.Cancel_Queued_NeverRuns", tests.Cancel_Queued_NeverRuns);
        Program.Test("CancelTests.CancelSync_Queued_IsTrueAndNeverRuns", tests.CancelSync_Queued_IsTrueAndNeverRuns);
        Program.Test("CancelTests.Cancel_Idle_IsFalse", tests.Cancel_Idle_IsFalse);
        Program.Test("CancelTests.Cancel_Running_IsFalseAndTheRunEnds", tests.Cancel_Running_IsFalseAndTheRunEnds);
        Program.Test(
            "CancelTests.Cancel_RunningAndQueuedAgain_TakesTheNextRunOff",
            tests.Cancel_RunningAndQueuedAgain_TakesTheNextRunOff);
        Program.Test(
            "CancelTests.CancelSync_Running_WaitsAndBarsTheItemMeanwhile",
            tests.CancelSync_Running_WaitsAndBarsTheItemMeanwhile);
        Program.Test(
            "CancelTests.CancelSync_RunningAndQueuedAgain_IsTrueAndRunsNoMore",
            tests.CancelSync_RunningAndQueuedAgain_IsTrueAndRunsNoMore);
        Program.Test(
            "CancelTests.CancelSync_RequeuesItselfForEver_ReturnsAndItStaysIdle",
            tests.CancelSync_RequeuesItselfForEver_ReturnsAndItStaysIdle);
        Program.Test(
            "CancelTests.CancelSync_RearmsItselfForEver_ReturnsAndItStaysIdle",
            tests.CancelSync_RearmsItselfForEver_ReturnsAndItStaysIdle);
        Program.Test(
            "CancelTests.CancelSync_ThreeCallers_AllWaitAndTheFirstTookItOff",
            tests.CancelSync_ThreeCallers_AllWaitAndTheFirstTookItOff);
        Program.Test(
            "CancelTests.CancelSync_InAnotherItemsHandler_TakesTheItemBehindItOff",
            tests.CancelSync_InAnotherItemsHandler_TakesTheItemBehindItOff);
        Program.Test(
            "CancelTests.CancelSync_OfAnItemOnAnotherQueuesWorker_WaitsForIt",
            tests.CancelSync_OfAnItemOnAnotherQueuesWorker_WaitsForIt);
        Program.Test(
            "CancelTests.Wait_InItsOwnHandler_IsRefusedWithoutEffect",
            tests.Wait_InItsOwnHandler_IsRefusedWithoutEffect);
    }

    private static void RunContextTests()
    {
        ContextTests tests = new ContextTests();
        Program.Test(
            "ContextTests.Wait_BetweenEnterAndExit_IsRefusedWithoutEffect",
            tests.Wait_BetweenEnterAndExit_IsRefusedWithoutEffect);
        Program.Test("ContextTests.Wait_InsideAnExpiry_IsRefusedWithoutEffect", tests.Wait_InsideAnExpiry_IsRefusedWithoutEffect);
        Program.Test("ContextTests.Queue_InATopHalfAndInsideAnExpiry_Works", tests.Queue_InATopHalfAndInsideAnExpiry_Works);
        Program.Test("ContextTests.Enter_InsideAHandler_MarksItUntilExit", tests.Enter_InsideAHandler_MarksItUntilExit);
        Program.Test("ContextTests.IsActive_Nested_UntilTheLastExit", tests.IsActive_Nested_UntilTheLastExit);
        Program.Test("ContextTests.Flush_InATopHalf_MessageNamesTheContext", tests.Flush_InATopHalf_MessageNamesTheContext);
    }

    private static void RunCounterTests()
    {
        CounterTests tests = new CounterTests();
        Program.Test("CounterTests.GetStatistics_AfterAnySequence_AddsUp", tests.GetStatistics_AfterAnySequence_AddsUp);
        Program.Test("CounterTests.Queued_ExpiryAndFlushOfArmed_CountNothing", tests.Queued_ExpiryAndFlushOfArmed_CountNothing);
        Program.Test("CounterTests.Executed_InsideTheHandler_IsNotYetCounted", tests.Executed_InsideTheHandler_IsNotYetCounted);
        Program.Test("CounterTests.MaxDepth_ArmedAndRunning_DoNotCount", tests.MaxDepth_ArmedAndRunning_DoNotCount);
        Program.Test("CounterTests.MaxLatencyAndBusy_ClockMoves_AreExact", tests.MaxLatencyAndBusy_ClockMoves_AreExact);
        Program.Test(
            "CounterTests.MaxLatency_QueuedWhileItRuns_CountsFromThatQueueing",
            tests.MaxLatency_QueuedWhileItRuns_CountsFromThatQueueing);
        Program.Test(
            "CounterTests.MaxLatencyAndBusy_OnTheWorkersThread_AreExact",
            tests.MaxLatencyAndBusy_OnTheWorkersThread_AreExact);
        Program.Test(
            "CounterTests.MaxLatencyAndBusy_ByTheDefaultTimer_FitWhatPassed",
            tests.MaxLatencyAndBusy_ByTheDefaultTimer_FitWhatPassed);
        Program.Test("CounterTests.MaxDepth_QueuedOnAProcessor_Counts", tests.MaxDepth_QueuedOnAProcessor_Counts);
    }

    private static void RunDeadlineTests()
    {
        DeadlineTests tests = new DeadlineTests();
        Program.Test(
            "DeadlineTests.QueueDelayed_ManyRandomDeadlines_RunInOrderOnOneTimer",
            tests.QueueDelayed_ManyRandomDeadlines_RunInOrderOnOneTimer);
        Program.Test(
            "DeadlineTests.QueueDelayed_EqualDeadlines_RunInTheOrderTheyWereArmed",
            tests.QueueDelayed_EqualDeadlines_RunInTheOrderTheyWereArmed);
        Program.Test(
            "DeadlineTests.QueueDelayed_ExpiredInOneLateExpiry_RunInDeadlineOrder",
            tests.QueueDelayed_ExpiredInOneLateExpiry_RunInDeadlineOrder);
        Program.Test(
            "DeadlineTests.Cancel_SomeOfMany_OthersKeepTheirDeadlines",
            tests.Cancel_SomeOfMany_OthersKeepTheirDeadlines);
        Program.Test(
            "DeadlineTests.QueueDelayed_DeadlinePassesWhileArming_StillRuns",
            tests.QueueDelayed_DeadlinePassesWhileArming_StillRuns);
        Program.Test(
            "DeadlineTests.QueueDelayed_EarlierOneComesWhileArming_TimerGoesForTheEarlier",
            tests.QueueDelayed_EarlierOneComesWhileArming_TimerGoesForTheEarlier);
        Program.Test(
            "DeadlineTests.QueueDelayed_LaterDeadlines_AskTheTimerOnce",
            tests.QueueDelayed_LaterDeadlines_AskTheTimerOnce);
        Program.Test(
            "DeadlineTests.ModifyDelayed_AtEachEdge_DoesNotTouchTheTimer",
            tests.ModifyDelayed_AtEachEdge_DoesNotTouchTheTimer);
        Program.Test(
            "DeadlineTests.QueueOn_AfterAnArming_DoesNotTouchTheTimer",
            tests.QueueOn_AfterAnArming_DoesNotTouchTheTimer);
        Program.Test("DeadlineTests.Expiry_SpuriousOrStale_IsHarmless", tests.Expiry_SpuriousOrStale_IsHarmless);
        Program.Test(
            "DeadlineTests.QueueDelayed_ClockNearAWrap_OrderAndDelayUnchanged",
            tests.QueueDelayed_ClockNearAWrap_OrderAndDelayUnchanged);
        Program.Test(
            "DeadlineTests.ModifyDelayed_ClockNearAWrap_NewDeadlineHolds",
            tests.ModifyDelayed_ClockNearAWrap_NewDeadlineHolds);
        Program.Test(
            "DeadlineTests.QueueDelayed_DistancesOfEveryPowerOfTwo_RunInOrder",
            tests.QueueDelayed_DistancesOfEveryPowerOfTwo_RunInOrder);
        Program.Test(
            "DeadlineTests.UseTimer_WithItemsArmed_ClockGoesOnAndTheyRun",
            tests.UseTimer_WithItemsArmed_ClockGoesOnAndTheyRun);
        Program.Test("DeadlineTests.Now_ClockMoves_CountsItsMilliseconds", tests.Now_ClockMoves_CountsItsMilliseconds);
    }

    private static void RunDelayedTests()
    {
        DelayedTests tests = new DelayedTests();
        Program.Test("DelayedTests.QueueDelayed_Idle_RunsNotBeforeTheDelay", tests.QueueDelayed_Idle_RunsNotBeforeTheDelay);
        Program.Test(
            "DelayedTests.QueueDelayed_TimerLate_RunsLateAndRemainsZero",
            tests.QueueDelayed_TimerLate_RunsLateAndRemainsZero);
        Program.Test(
            "DelayedTests.QueueDelayed_Zero_QueuesAtOnceWithoutTheTimer",
            tests.QueueDelayed_Zero_QueuesAtOnceWithoutTheTimer);
        Program.Test(
            "DelayedTests.QueueDelayed_Armed_IsFalseAndTheFirstDeadlineStays",
            tests.QueueDelayed_Armed_IsFalseAndTheFirstDeadlineStays);
        Program.Test(
            "DelayedTests.ModifyDelayed_ArmedLater_TheNewDeadlineHolds",
            tests.ModifyDelayed_ArmedLater_TheNewDeadlineHolds);
        Program.Test(
            "DelayedTests.ModifyDelayed_ArmedEarlier_TheNewDeadlineHolds",
            tests.ModifyDelayed_ArmedEarlier_TheNewDeadlineHolds);
        Program.Test("DelayedTests.ModifyDelayed_ArmedZero_QueuesAtOnce", tests.ModifyDelayed_ArmedZero_QueuesAtOnce);
        Program.Test("DelayedTests.ModifyDelayed_Idle_IsFalseAndArms", tests.ModifyDelayed_Idle_IsFalseAndArms);
        Program.Test("DelayedTests.ModifyDelayed_QueuedNotStarted_WaitsAgain", tests.ModifyDelayed_QueuedNotStarted_WaitsAgain);
        Program.Test("DelayedTests.ModifyDelayed_QueuedZero_GoesToTheTail", tests.ModifyDelayed_QueuedZero_GoesToTheTail);
        Program.Test("DelayedTests.QueueDelayed_FromItsHandler_IsPeriodic", tests.QueueDelayed_FromItsHandler_IsPeriodic);
        Program.Test(
            "DelayedTests.QueueDelayed_ExpiresWhileItStillRuns_WaitsForTheRunsEnd",
            tests.QueueDelayed_ExpiresWhileItStillRuns_WaitsForTheRunsEnd);
        Program.Test(
            "DelayedTests.ModifyDelayed_RunningAndPending_MovesTheNextRun",
            tests.ModifyDelayed_RunningAndPending_MovesTheNextRun);
        Program.Test("DelayedTests.Cancel_Armed_TheTimerNoLongerFiresIt", tests.Cancel_Armed_TheTimerNoLongerFiresIt);
        Program.Test(
            "DelayedTests.Cancel_ExpiredNotStarted_TakesItOffTheQueue",
            tests.Cancel_ExpiredNotStarted_TakesItOffTheQueue);
        Program.Test("DelayedTests.Queue_DelayedWork_NeedsNoTimer", tests.Queue_DelayedWork_NeedsNoTimer);
        Program.Test("DelayedTests.MaxLatency_DelayedWork_CountsFromTheExpiry", tests.MaxLatency_DelayedWork_CountsFromTheExpiry);
        Program.Test("DelayedTests.QueueDelayed_LongestDelay_IsKeptExactly", tests.QueueDelayed_LongestDelay_IsKeptExactly);
    }

    private static void RunDestroyTests()
    {
        DestroyTests tests = new DestroyTests();
        Program.Test("DestroyTests.Destroy_ItemsQueued_TheyRunFirst", tests.Destroy_ItemsQueued_TheyRunFirst);
        Program.Test("DestroyTests.Destroy_Returned_ItsWorkerThreadsHaveEnded", tests.Destroy_Returned_ItsWorkerThreadsHaveEnded);
        Program.Test("DestroyTests.Destroy_ItemsArmed_TheyNeverRun", tests.Destroy_ItemsArmed_TheyNeverRun);
        Program.Test("DestroyTests.Queue_Destroyed_IsFalseAndCounted", tests.Queue_Destroyed_IsFalseAndCounted);
        Program.Test(
            "DestroyTests.Destroy_ChainedItems_TheyRunAndOutsidersAreRefused",
            tests.Destroy_ChainedItems_TheyRunAndOutsidersAreRefused);
        Program.Test("DestroyTests.Destroy_ChainedWorkArms_ThatIsCancelledToo", tests.Destroy_ChainedWorkArms_ThatIsCancelledToo);
        Program.Test("DestroyTests.Destroy_PeriodicWork_EndsIt", tests.Destroy_PeriodicWork_EndsIt);
        Program.Test("DestroyTests.Destroy_Frozen_RunsWhatIsQueued", tests.Destroy_Frozen_RunsWhatIsQueued);
        Program.Test(
            "DestroyTests.Destroy_SecondCallerAndFlushers_AllWaitAndReturn",
            tests.Destroy_SecondCallerAndFlushers_AllWaitAndReturn);
        Program.Test(
            "DestroyTests.WaitForAQueue_InItsOwnHandler_IsRefusedWithoutEffect",
            tests.WaitForAQueue_InItsOwnHandler_IsRefusedWithoutEffect);
        Program.Test(
            "DestroyTests.WaitForAQueue_InItsOwnHandlerOfTwoWorkers_IsRefused",
            tests.WaitForAQueue_InItsOwnHandlerOfTwoWorkers_IsRefused);
        Program.Test(
            "DestroyTests.WaitForAQueue_InAHandlerOfAnotherQueue_Works",
            tests.WaitForAQueue_InAHandlerOfAnotherQueue_Works);
        Program.Test("DestroyTests.Dispose_Using_Destroys", tests.Dispose_Using_Destroys);
    }

    private static void RunDisableTests()
    {
        DisableTests tests = new DisableTests();
        Program.Test(
            "DisableTests.Queue_DisabledTwice_IsTrueAfterTheSecondEnable",
            tests.Queue_DisabledTwice_IsTrueAfterTheSecondEnable);
        Program.Test(
            "DisableTests.EveryQueueing_Disabled_IsFalseAndCountsNothing",
            tests.EveryQueueing_Disabled_IsFalseAndCountsNothing);
        Program.Test("DisableTests.Disable_Queued_TakesItOff", tests.Disable_Queued_TakesItOff);
        Program.Test("DisableTests.Disable_Armed_TakesItOffItsTimer", tests.Disable_Armed_TakesItOffItsTimer);
        Program.Test("DisableTests.DisableSync_QueuedAndIdle_IsTrueThenFalse", tests.DisableSync_QueuedAndIdle_IsTrueThenFalse);
        Program.Test(
            "DisableTests.Disable_InItsOwnHandler_EndsTheRunAndBarsTheNext",
            tests.Disable_InItsOwnHandler_EndsTheRunAndBarsTheNext);
        Program.Test(
            "DisableTests.DisableSync_Running_WaitsAndBarsTheItemUntilEnable",
            tests.DisableSync_Running_WaitsAndBarsTheItemUntilEnable);
        Program.Test(
            "DisableTests.DisableSync_RunningAndQueuedAgain_IsTrueAndRunsNoMore",
            tests.DisableSync_RunningAndQueuedAgain_IsTrueAndRunsNoMore);
        Program.Test("DisableTests.Enable_NotDisabled_Throws", tests.Enable_NotDisabled_Throws);
        Program.Test("DisableTests.Disable_ManyTimes_NeedsAsManyEnables", tests.Disable_ManyTimes_NeedsAsManyEnables);
        Program.Test("DisableTests.CancelSync_Disabled_StaysDisabled", tests.CancelSync_Disabled_StaysDisabled);
    }

    private static void RunFaultTests()
    {
        FaultTests tests = new FaultTests();
        Program.Test(
            "FaultTests.HandlerFaulted_HandlerThrows_OnceAndTheNextItemRuns",
            tests.HandlerFaulted_HandlerThrows_OnceAndTheNextItemRuns);
        Program.Test(
            "FaultTests.HandlerFaulted_SubscriberThrows_TheWorkerGoesOn",
            tests.HandlerFaulted_SubscriberThrows_TheWorkerGoesOn);
        Program.Test("FaultTests.Handler_ThrowsOnAThread_TheWorkerLives", tests.Handler_ThrowsOnAThread_TheWorkerLives);
        Program.Test("FaultTests.Handler_QueuesItselfThenThrows_RunsAgain", tests.Handler_QueuesItselfThenThrows_RunsAgain);
        Program.Test(
            "FaultTests.HandlerFaulted_SubscriberWaitsForItsOwnItem_IsRefused",
            tests.HandlerFaulted_SubscriberWaitsForItsOwnItem_IsRefused);
        Program.Test(
            "FaultTests.Handler_ThrowsWhatCannotBeDescribed_TheWorkerGoesOn",
            tests.Handler_ThrowsWhatCannotBeDescribed_TheWorkerGoesOn);
    }

    private static void RunFlushItemTests()
    {
        FlushItemTests tests = new FlushItemTests();
        Program.Test(
            "FlushItemTests.Flush_QueuedBehindABlockedItem_WaitsForBoth",
            tests.Flush_QueuedBehindABlockedItem_WaitsForBoth);
        Program.Test("FlushItemTests.Flush_Idle_IsFalse", tests.Flush_Idle_IsFalse);
        Program.Test("FlushItemTests.Flush_Running_WaitsForTheRun", tests.Flush_Running_WaitsForTheRun);
        Program.Test(
            "FlushItemTests.Flush_RunningAndQueuedAgain_WaitsForTheSecondRun",
            tests.Flush_RunningAndQueuedAgain_WaitsForTheSecondRun);
        Program.Test(
            "FlushItemTests.Flush_ItemQueuesItselfAfterwards_DoesNotWaitForThat",
            tests.Flush_ItemQueuesItselfAfterwards_DoesNotWaitForThat);
        Program.Test("FlushItemTests.Flush_CancelledMeanwhile_ReturnsTrue", tests.Flush_CancelledMeanwhile_ReturnsTrue);
        Program.Test(
            "FlushItemTests.Flush_DisabledOrCancelSyncedMeanwhile_ReturnsTrue",
            tests.Flush_DisabledOrCancelSyncedMeanwhile_ReturnsTrue);
        Program.Test(
            "FlushItemTests.Flush_RunningWhenTheNextRunIsCancelled_ReturnsTrue",
            tests.Flush_RunningWhenTheNextRunIsCancelled_ReturnsTrue);
        Program.Test(
            "FlushItemTests.Flush_SentBackToItsTimerMeanwhile_ReturnsTrue",
            tests.Flush_SentBackToItsTimerMeanwhile_ReturnsTrue);
        Program.Test(
            "FlushItemTests.Flush_MovedToTheTailMeanwhile_WaitsForItsRun",
            tests.Flush_MovedToTheTailMeanwhile_WaitsForItsRun);
        Program.Test("FlushItemTests.Flush_Armed_QueuesItAtOnceAndWaits", tests.Flush_Armed_QueuesItAtOnceAndWaits);
        Program.Test(
            "FlushItemTests.Flush_RunningAndArmedAgain_WaitsForTheArmedRun",
            tests.Flush_RunningAndArmedAgain_WaitsForTheArmedRun);
        Program.Test("FlushItemTests.Flush_ThreeCallers_AllReturn", tests.Flush_ThreeCallers_AllReturn);
        Program.Test(
            "FlushItemTests.Flush_ItemBehindTheCallerOnItsOnlyWorker_IsRefusedWithoutEffect",
            tests.Flush_ItemBehindTheCallerOnItsOnlyWorker_IsRefusedWithoutEffect);
        Program.Test("FlushItemTests.Flush_InAHandlerOfAnotherQueue_Waits", tests.Flush_InAHandlerOfAnotherQueue_Waits);
        Program.Test(
            "FlushItemTests.Flush_RunningWhenTheNextRunIsCancelled_DoesNotReturnBesideTheRun",
            tests.Flush_RunningWhenTheNextRunIsCancelled_DoesNotReturnBesideTheRun);
    }

    private static void RunFlushQueueTests()
    {
        FlushQueueTests tests = new FlushQueueTests();
        Program.Test(
            "FlushQueueTests.Flush_ThirdQueuedByTheFirst_WaitsForTheFirstTwoOnly",
            tests.Flush_ThirdQueuedByTheFirst_WaitsForTheFirstTwoOnly);
        Program.Test("FlushQueueTests.Flush_RequeuesItselfForEver_Returns", tests.Flush_RequeuesItselfForEver_Returns);
        Program.Test(
            "FlushQueueTests.Flush_RequeuesItselfForEverOnAThread_Returns",
            tests.Flush_RequeuesItselfForEverOnAThread_Returns);
        Program.Test("FlushQueueTests.Flush_Empty_ReturnsAtOnce", tests.Flush_Empty_ReturnsAtOnce);
        Program.Test(
            "FlushQueueTests.Flush_ItemsArmed_ReturnsAtOnceAndTheyStayArmed",
            tests.Flush_ItemsArmed_ReturnsAtOnceAndTheyStayArmed);
        Program.Test("FlushQueueTests.Flush_ItemRunning_WaitsForIt", tests.Flush_ItemRunning_WaitsForIt);
        Program.Test(
            "FlushQueueTests.Flush_RestCancelledDisabledOrSentBack_Returns",
            tests.Flush_RestCancelledDisabledOrSentBack_Returns);
        Program.Test(
            "FlushQueueTests.Flush_ItemMovedToTheTail_IsStillWaitedFor",
            tests.Flush_ItemMovedToTheTail_IsStillWaitedFor);
        Program.Test(
            "FlushQueueTests.Flush_ItemExpiresAfterTheCall_IsNotWaitedFor",
            tests.Flush_ItemExpiresAfterTheCall_IsNotWaitedFor);
        Program.Test(
            "FlushQueueTests.Flush_ManyCallersBetweenItems_EachReturnsWithItsOwn",
            tests.Flush_ManyCallersBetweenItems_EachReturnsWithItsOwn);
        Program.Test(
            "FlushQueueTests.Flush_TwoCallersNothingBetween_BothReturn",
            tests.Flush_TwoCallersNothingBetween_BothReturn);
        Program.Test(
            "FlushQueueTests.Flush_LaterItemsEndFirst_StillWaitsForTheEarlierOne",
            tests.Flush_LaterItemsEndFirst_StillWaitsForTheEarlierOne);
        Program.Test("FlushQueueTests.Flush_ManyTimesInARow_AlwaysWaits", tests.Flush_ManyTimesInARow_AlwaysWaits);
        Program.Test("FlushQueueTests.Flush_InAHandlerOfAnotherQueue_Waits", tests.Flush_InAHandlerOfAnotherQueue_Waits);
    }

    private static void RunFreezeTests()
    {
        FreezeTests tests = new FreezeTests();
        Program.Test("FreezeTests.Queue_Frozen_StartsAfterThawInOrder", tests.Queue_Frozen_StartsAfterThawInOrder);
        Program.Test("FreezeTests.Thaw_ItemsWaiting_WorkersTakeThem", tests.Thaw_ItemsWaiting_WorkersTakeThem);
        Program.Test(
            "FreezeTests.Freeze_HandlerRunning_WaitsForItAndLetsNoOtherStart",
            tests.Freeze_HandlerRunning_WaitsForItAndLetsNoOtherStart);
        Program.Test("FreezeTests.Thaw_FrozenTwice_OneIsEnough", tests.Thaw_FrozenTwice_OneIsEnough);
        Program.Test("FreezeTests.Freeze_ThawedMeanwhile_Returns", tests.Freeze_ThawedMeanwhile_Returns);
        Program.Test("FreezeTests.FlushAndDrain_Frozen_WaitForThaw", tests.FlushAndDrain_Frozen_WaitForThaw);
        Program.Test("FreezeTests.Flush_FrozenThenItemCancelled_Returns", tests.Flush_FrozenThenItemCancelled_Returns);
        Program.Test("FreezeTests.ModifyDelayed_Frozen_Works", tests.ModifyDelayed_Frozen_Works);
        Program.Test(
            "FreezeTests.Drain_ChainedItems_WaitsUntilEmptyAndRefusesOthers",
            tests.Drain_ChainedItems_WaitsUntilEmptyAndRefusesOthers);
        Program.Test("FreezeTests.Drain_EmptyOrArmedOnly_ReturnsAtOnce", tests.Drain_EmptyOrArmedOnly_ReturnsAtOnce);
        Program.Test("FreezeTests.Expiry_QueueDrains_IsQueuedAndRuns", tests.Expiry_QueueDrains_IsQueuedAndRuns);
        Program.Test(
            "FreezeTests.Queue_DrainingCallerRunsForAnotherQueue_IsRefused",
            tests.Queue_DrainingCallerRunsForAnotherQueue_IsRefused);
        Program.Test("FreezeTests.Drain_TwoCallers_OpensAfterBoth", tests.Drain_TwoCallers_OpensAfterBoth);
    }

    private static void RunItemTests()
    {
        ItemTests tests = new ItemTests();
        Program.Test("ItemTests.Queue_Idle_RunsOnceAndIsIdleAfter", tests.Queue_Idle_RunsOnceAndIsIdleAfter);
        Program.Test(
            "ItemTests.Queue_Pending_IsRefusedAndCountedOnTheQueueAsked",
            tests.Queue_Pending_IsRefusedAndCountedOnTheQueueAsked);
        Program.Test("ItemTests.Queue_Running_RunsOnceMoreAfterwards", tests.Queue_Running_RunsOnceMoreAfterwards);
        Program.Test("ItemTests.Handler_Started_FindsItsItemNoLongerPending", tests.Handler_Started_FindsItsItemNoLongerPending);
        Program.Test(
            "ItemTests.Queue_InItsOwnHandlerTimesOver_RunsEachTimeWithoutRecursion",
            tests.Queue_InItsOwnHandlerTimesOver_RunsEachTimeWithoutRecursion);
        Program.Test(
            "ItemTests.Queue_ByAnotherThreadWhenTheHandlerReturns_RunsAgain",
            tests.Queue_ByAnotherThreadWhenTheHandlerReturns_RunsAgain);
        Program.Test(
            "ItemTests.Queue_BetweenTheHandlersEndAndTheRunsEnd_RunsAgain",
            tests.Queue_BetweenTheHandlersEndAndTheRunsEnd_RunsAgain);
        Program.Test(
            "ItemTests.Return_InItsOwnHandler_NextUseIsUntouchedByTheRunsEnd",
            tests.Return_InItsOwnHandler_NextUseIsUntouchedByTheRunsEnd);
        Program.Test("ItemTests.Cancel_OfItselfQueuedAgain_TakesThatRunOff", tests.Cancel_OfItselfQueuedAgain_TakesThatRunOff);
        Program.Test("ItemTests.Queue_ThreeItems_RunInOrder", tests.Queue_ThreeItems_RunInOrder);
        Program.Test(
            "ItemTests.Queue_FiftyItemsOnASingleThread_RunInOrderOneAtATime",
            tests.Queue_FiftyItemsOnASingleThread_RunInOrderOneAtATime);
        Program.Test(
            "ItemTests.Current_InAHandlerAndElsewhere_IsTheItemThereOnly",
            tests.Current_InAHandlerAndElsewhere_IsTheItemThereOnly);
        Program.Test("ItemTests.Current_OnTwoWorkersAtOnce_IsEachOnesOwn", tests.Current_OnTwoWorkersAtOnce_IsEachOnesOwn);
        Program.Test("ItemTests.Name_GivenAndNull_IsThatAndTheDefault", tests.Name_GivenAndNull_IsThatAndTheDefault);
        Program.Test("ItemTests.Queue_AfterAWrite_HandlerSeesIt", tests.Queue_AfterAWrite_HandlerSeesIt);
    }

    private static void RunMessageTests()
    {
        MessageTests tests = new MessageTests();
        Program.Test(
            "MessageTests.Refusals_InTheOwnHandler_NameMethodAndItemOrQueue",
            tests.Refusals_InTheOwnHandler_NameMethodAndItemOrQueue);
        Program.Test(
            "MessageTests.Refusals_OfWhatWaitsBehindTheHandler_NameIt",
            tests.Refusals_OfWhatWaitsBehindTheHandler_NameIt);
        Program.Test(
            "MessageTests.Refusals_InATopHalf_NameMethodAndItemOrQueue",
            tests.Refusals_InATopHalf_NameMethodAndItemOrQueue);
        Program.Test("MessageTests.Refusals_ForAState_SayWhatToDo", tests.Refusals_ForAState_SayWhatToDo);
        Program.Test("MessageTests.Refusals_OfAPool_SayWhatToDo", tests.Refusals_OfAPool_SayWhatToDo);
        Program.Test("MessageTests.Arguments_OutOfRange_NameTheRange", tests.Arguments_OutOfRange_NameTheRange);
        Program.Test("MessageTests.ToString_ItemAndQueue_IsTheName", tests.ToString_ItemAndQueue_IsTheName);
    }

    private static void RunProcessorTests()
    {
        ProcessorTests tests = new ProcessorTests();
        Program.Test("ProcessorTests.Processor_Unconfigured_IsOne", tests.Processor_Unconfigured_IsOne);
        Program.Test(
            "ProcessorTests.QueueOn_EachProcessor_RunsOnThatProcessorsWorker",
            tests.QueueOn_EachProcessor_RunsOnThatProcessorsWorker);
        Program.Test("ProcessorTests.Queue_CallerOnAProcessor_RunsThere", tests.Queue_CallerOnAProcessor_RunsThere);
        Program.Test(
            "ProcessorTests.QueueOn_SingleThreadQueue_MeansItsOneWorker",
            tests.QueueOn_SingleThreadQueue_MeansItsOneWorker);
        Program.Test(
            "ProcessorTests.QueueOn_RunningOnAnotherProcessor_StaysWithItsWorker",
            tests.QueueOn_RunningOnAnotherProcessor_StaysWithItsWorker);
        Program.Test("ProcessorTests.ModifyDelayed_SameQueue_KeepsTheProcessor", tests.ModifyDelayed_SameQueue_KeepsTheProcessor);
        Program.Test(
            "ProcessorTests.ModifyDelayed_IdleOrFromAnotherQueue_TakesTheCallersProcessor",
            tests.ModifyDelayed_IdleOrFromAnotherQueue_TakesTheCallersProcessor);
        Program.Test("ProcessorTests.Queue_OneWorkerBlocked_OthersGoOn", tests.Queue_OneWorkerBlocked_OthersGoOn);
        Program.Test(
            "ProcessorTests.Queue_OnAProcessorThatThereIsNot_GoesToTheFirst",
            tests.Queue_OnAProcessorThatThereIsNot_GoesToTheFirst);
        Program.Test("ProcessorTests.Queue_OneOfThreeThreadsBlocked_OthersGoOn", tests.Queue_OneOfThreeThreadsBlocked_OthersGoOn);
        Program.Test(
            "ProcessorTests.Queue_RunningOneOfTwoWorkers_NoneTakesItBeforeTheRunEnds",
            tests.Queue_RunningOneOfTwoWorkers_NoneTakesItBeforeTheRunEnds);
        Program.Test(
            "ProcessorTests.Queue_ManyThreadsTwoItems_NeverBesideItselfAndNoneLost",
            tests.Queue_ManyThreadsTwoItems_NeverBesideItselfAndNoneLost);
        Program.Test("ProcessorTests.Create_TwoProcessors_HasAWorkerOnEach", tests.Create_TwoProcessors_HasAWorkerOnEach);
        Program.Test(
            "ProcessorTests.Name_SeveralWorkersPerProcessor_CountsThrough",
            tests.Name_SeveralWorkersPerProcessor_CountsThrough);
    }

    private static void RunQueueAtTests()
    {
        QueueAtTests tests = new QueueAtTests();
        Program.Test("QueueAtTests.QueueAt_DeadlineAhead_RunsAtItAndNotBefore", tests.QueueAt_DeadlineAhead_RunsAtItAndNotBefore);
        Program.Test(
            "QueueAtTests.QueueAt_DeadlineNowOrPassed_QueuesAtOnceWithoutTheTimer",
            tests.QueueAt_DeadlineNowOrPassed_QueuesAtOnceWithoutTheTimer);
        Program.Test("QueueAtTests.QueueAt_DeadlineFarBeyondAnInt_IsKept", tests.QueueAt_DeadlineFarBeyondAnInt_IsKept);
        Program.Test(
            "QueueAtTests.QueueAt_TheEndOfTime_DoesNotComeAndIsCancelled",
            tests.QueueAt_TheEndOfTime_DoesNotComeAndIsCancelled);
        Program.Test(
            "QueueAtTests.QueueAt_Pending_IsCoalescedAndTheFirstDeadlineStays",
            tests.QueueAt_Pending_IsCoalescedAndTheFirstDeadlineStays);
        Program.Test(
            "QueueAtTests.QueueAt_ThousandPeriodsWithLateRuns_NoDrift",
            tests.QueueAt_ThousandPeriodsWithLateRuns_NoDrift);
        Program.Test(
            "QueueAtTests.QueueAt_PeriodMissed_RunsOnceAtOnceAndThenOnTime",
            tests.QueueAt_PeriodMissed_RunsOnceAtOnceAndThenOnTime);
    }

    private static void RunSystemQueueTests()
    {
        SystemQueueTests tests = new SystemQueueTests();
        Program.Test("SystemQueueTests.Schedule_IdleThenFlushScheduled_HasRun", tests.Schedule_IdleThenFlushScheduled_HasRun);
        Program.Test("SystemQueueTests.Schedule_Delayed_RunsNotBeforeTheDelay", tests.Schedule_Delayed_RunsNotBeforeTheDelay);
        Program.Test(
            "SystemQueueTests.ScheduleOnEachProcessor_TwoProcessors_OneRunOnEachAndWaits",
            tests.ScheduleOnEachProcessor_TwoProcessors_OneRunOnEachAndWaits);
        Program.Test("SystemQueueTests.ScheduleOn_ProcessorOutOfRange_Throws", tests.ScheduleOn_ProcessorOutOfRange_Throws);
        Program.Test("SystemQueueTests.System_Destroy_IsRefusedAndItGoesOn", tests.System_Destroy_IsRefusedAndItGoesOn);
        Program.Test(
            "SystemQueueTests.ScheduleOnEachProcessor_InHandlers_WorksOnAnotherQueueAndIsRefusedOnItsOwn",
            tests.ScheduleOnEachProcessor_InHandlers_WorksOnAnotherQueueAndIsRefusedOnItsOwn);
        Program.Test(
            "SystemQueueTests.ScheduleOnEachProcessor_RunOfAnotherQueueOnItsWorker_IsRefusedWithoutEffect",
            tests.ScheduleOnEachProcessor_RunOfAnotherQueueOnItsWorker_IsRefusedWithoutEffect);
    }

    private static void RunTraceTests()
    {
        TraceTests tests = new TraceTests();
        Program.Test("TraceTests.WriteTo_StopMeanwhile_StaysOffAndEndsEarly", tests.WriteTo_StopMeanwhile_StaysOffAndEndsEarly);
        Program.Test("TraceTests.WriteTo_ClearMeanwhile_IsEmptyAndEndsEarly", tests.WriteTo_ClearMeanwhile_IsEmptyAndEndsEarly);
        Program.Test(
            "TraceTests.WriteTo_StartMeanwhile_RecordsIntoTheNewRingAndEndsEarly",
            tests.WriteTo_StartMeanwhile_RecordsIntoTheNewRingAndEndsEarly);
        Program.Test("TraceTests.WriteTo_StopOfAStoppedTrace_IsNotCut", tests.WriteTo_StopOfAStoppedTrace_IsNotCut);
        Program.Test("TraceTests.WriteTo_StopAtTheLastLine_IsWhole", tests.WriteTo_StopAtTheLastLine_IsWhole);
        Program.Test(
            "TraceTests.WriteTo_HandlerThrowsAtEachLine_RecordingIsAsBefore",
            tests.WriteTo_HandlerThrowsAtEachLine_RecordingIsAsBefore);
        Program.Test("TraceTests.WriteTo_HandlerStopsAndThrows_StaysOff", tests.WriteTo_HandlerStopsAndThrows_StaysOff);
        Program.Test("TraceTests.WriteTo_InItsOwnLineHandler_IsRefused", tests.WriteTo_InItsOwnLineHandler_IsRefused);
        Program.Test("TraceTests.WriteTo_InInterruptContext_IsRefused", tests.WriteTo_InInterruptContext_IsRefused);
        Program.Test("TraceTests.WriteTo_InAHandler_IsWritten", tests.WriteTo_InAHandler_IsWritten);
        Program.Test("TraceTests.Start_InAHandler_TheRunEndsOnce", tests.Start_InAHandler_TheRunEndsOnce);
        Program.Test(
            "TraceTests.WriteTo_RingThatWrapped_HasTheNewestInOrderAndTheCounts",
            tests.WriteTo_RingThatWrapped_HasTheNewestInOrderAndTheCounts);
        Program.Test("TraceTests.WriteTo_CanceledItems_TheDelayIsAnEvent", tests.WriteTo_CanceledItems_TheDelayIsAnEvent);
        Program.Test("TraceTests.WriteTo_Header_CountsTheLinesThatFollow", tests.WriteTo_Header_CountsTheLinesThatFollow);
        Program.Test("TraceTests.WriteTo_Names_AreOneWord", tests.WriteTo_Names_AreOneWord);
        Program.Test("TraceTests.WriteTo_LongNames_AreCutWhereTheyDoNotFit", tests.WriteTo_LongNames_AreCutWhereTheyDoNotFit);
        Program.Test("TraceTests.WriteTo_LongestNames_LineStaysBelow4096", tests.WriteTo_LongestNames_LineStaysBelow4096);
    }

    private static void RunTwoQueuesTests()
    {
        TwoQueuesTests tests = new TwoQueuesTests();
        Program.Test(
            "TwoQueuesTests.Queue_RunningOnAnotherQueue_RunsAgainOnTheWorkerThatRunsIt",
            tests.Queue_RunningOnAnotherQueue_RunsAgainOnTheWorkerThatRunsIt);
        Program.Test(
            "TwoQueuesTests.Queue_TwoQueuesInTurns_NeverRunsBesideItself",
            tests.Queue_TwoQueuesInTurns_NeverRunsBesideItself);
        Program.Test(
            "TwoQueuesTests.FlushAndDrain_RunsForOneQueuedOnTheOther_EachWaitsForItsOwn",
            tests.FlushAndDrain_RunsForOneQueuedOnTheOther_EachWaitsForItsOwn);
        Program.Test(
            "TwoQueuesTests.Freeze_QueuedBehindItsOwnRunOfAnotherQueue_WaitsForThaw",
            tests.Freeze_QueuedBehindItsOwnRunOfAnotherQueue_WaitsForThaw);
        Program.Test(
            "TwoQueuesTests.Freeze_RunningForTheOtherQueue_DoesNotWaitForIt",
            tests.Freeze_RunningForTheOtherQueue_DoesNotWaitForIt);
        Program.Test(
            "TwoQueuesTests.Queue_DrainingRunBelongsToTheOtherQueue_IsRefused",
            tests.Queue_DrainingRunBelongsToTheOtherQueue_IsRefused);
        Program.Test(
            "TwoQueuesTests.Destroy_OfTheWorkersQueue_OtherQueuesItemRunsOnItsOwnWorker",
            tests.Destroy_OfTheWorkersQueue_OtherQueuesItemRunsOnItsOwnWorker);
        Program.Test(
            "TwoQueuesTests.Destroy_OfTheQueueWhoseItemRunsElsewhere_WaitsForIt",
            tests.Destroy_OfTheQueueWhoseItemRunsElsewhere_WaitsForIt);
        Program.Test(
            "TwoQueuesTests.Destroy_WorkerRunsForTheOtherQueue_RunEndsAndItRunsAgainOnItsOwnQueue",
            tests.Destroy_WorkerRunsForTheOtherQueue_RunEndsAndItRunsAgainOnItsOwnQueue);
        Program.Test("TwoQueuesTests.ModifyDelayed_ArmedOnAnotherQueue_MovesIt", tests.ModifyDelayed_ArmedOnAnotherQueue_MovesIt);
        Program.Test(
            "TwoQueuesTests.ModifyDelayed_QueuedOnAnotherQueue_MovesItAndFreesItsFlushers",
            tests.ModifyDelayed_QueuedOnAnotherQueue_MovesItAndFreesItsFlushers);
        Program.Test(
            "TwoQueuesTests.ModifyDelayed_ToADrainingQueue_IsRefusedAndStays",
            tests.ModifyDelayed_ToADrainingQueue_IsRefusedAndStays);
        Program.Test(
            "TwoQueuesTests.ModifyDelayed_RunningAndArmedOnAnotherQueue_MovesTheNextRun",
            tests.ModifyDelayed_RunningAndArmedOnAnotherQueue_MovesTheNextRun);
        Program.Test(
            "TwoQueuesTests.Expiry_RunningForAnotherQueue_GoesToTheWorkerThatRunsIt",
            tests.Expiry_RunningForAnotherQueue_GoesToTheWorkerThatRunsIt);
        Program.Test(
            "TwoQueuesTests.Flush_OfTheQueueWhoseItemWaitsBehindTheCaller_IsRefused",
            tests.Flush_OfTheQueueWhoseItemWaitsBehindTheCaller_IsRefused);
        Program.Test(
            "TwoQueuesTests.Destroy_FromItsOwnWorkerInARunOfAnotherQueue_IsRefusedWithoutEffect",
            tests.Destroy_FromItsOwnWorkerInARunOfAnotherQueue_IsRefusedWithoutEffect);
    }

    private static void RunWorkPoolTests()
    {
        WorkPoolTests tests = new WorkPoolTests();
        Program.Test(
            "WorkPoolTests.TryRent_UntilEmpty_GivesEachItemOnceThenNull",
            tests.TryRent_UntilEmpty_GivesEachItemOnceThenNull);
        Program.Test("WorkPoolTests.Constructor_WrongArguments_Throws", tests.Constructor_WrongArguments_Throws);
        Program.Test(
            "WorkPoolTests.Constructor_FactoryGivesOneItemTwice_Throws",
            tests.Constructor_FactoryGivesOneItemTwice_Throws);
        Program.Test("WorkPoolTests.Return_Disabled_ThrowsAndItStaysRented", tests.Return_Disabled_ThrowsAndItStaysRented);
        Program.Test("WorkPoolTests.Return_OwnItemDisabledMeanwhile_IsRefused", tests.Return_OwnItemDisabledMeanwhile_IsRefused);
        Program.Test(
            "WorkPoolTests.Return_NullForeignOrTwice_ThrowsAndThePoolIsUnharmed",
            tests.Return_NullForeignOrTwice_ThrowsAndThePoolIsUnharmed);
        Program.Test(
            "WorkPoolTests.Return_StillPending_ThrowsAndItStaysRented",
            tests.Return_StillPending_ThrowsAndItStaysRented);
        Program.Test(
            "WorkPoolTests.Return_OwnItemRentedAndQueuedMeanwhile_RunsAgainAfterwards",
            tests.Return_OwnItemRentedAndQueuedMeanwhile_RunsAgainAfterwards);
        Program.Test("WorkPoolTests.Return_OwnItemQueuedAgain_IsRefused", tests.Return_OwnItemQueuedAgain_IsRefused);
        Program.Test(
            "WorkPoolTests.TryRent_FromAnotherThreadWhileHandlersReturn_LosesNone",
            tests.TryRent_FromAnotherThreadWhileHandlersReturn_LosesNone);
    }
}
