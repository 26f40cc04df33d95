#pragma once

#include "tests/store/ledger_contract_charges.hpp"
#include "tests/store/ledger_contract_time.hpp"
#include "tests/store/ledger_contract_tokens.hpp"

/// What every ledger must do, in one place. A ledger's own test file says, of a world as in
/// ledger_world.hpp,
///
///     INSTANTIATE_TYPED_TEST_SUITE_P(Embedded, LedgerContract, EmbeddedWorld);
namespace gatepost::test {

REGISTER_TYPED_TEST_SUITE_P(
    LedgerContract, KnowsNothingOfASubjectThatNeverCharged, LookChargesNothing,
    SettleChargesAllCountersAndReadsThemAsTheyWereBefore, SubjectsDoNotShareCounters,
    AnAmountThatJustFitsPassesAndOneMoreIsRefused, ARefusedSettleChargesNoCounterAtAll,
    LookTellsWhetherASettleWouldBeRefused, AnObservedLimitThatIsOverSparesItsUnitAlone,
    AnEnforcedLimitRefusesWhateverObservedOnesSay, ZeroAllowsNothingAndNeverClears,
    AnAmountOverTheWholeLimitNeverClears, AnAmountOfZeroOnlyReads,
    ALimitLoweredBelowWhatIsUsedRefuses, ChangingALimitKeepsWhatWasUsed,
    AWindowThatWasNeverChargedStartsEmpty, EveryWindowIsChargedSoMovingBetweenGroupsForgetsNothing,
    TheWindowHoldsForItsLengthAndIsFreeASixtiethLater,
    AChargeAtABucketsBeginningCountsASixtiethLonger, ClearsWhenEnoughOldBucketsAreDead,
    TellsTheResetOfACounterThatIsNotOver, ADayEndsAtTheSitesMidnight,
    DaysOf23And25HoursEndWhenTheyEnd, TheStorePicksTheDayByItsOwnClock,
    ANewTimeZoneForgetsNothingOfTheDayItMeets, AClockThatIsSetBackForgetsNothing,
    ARepeatedTokenGetsTheFirstAnswerAndIsChargedOnce,
    ARepeatedTokenPassesThoughTheLimitIsReachedByNow, ARepeatedTokenOfARefusalIsRefusedAgain,
    OneTokenOfTwoSubjectsIsTwoMessages, OfManyAtOnceExactlyTheLimitPasses,
    ARaceOfOneTokenIsChargedOnce, SubjectsMayHoldAnyOctets);

}  // namespace gatepost::test
