package org.tocsin;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Date;
import org.tocsin.privacy.Secret;

/** Who may know whom. Whatever fails here is in the wrong package, or asks the wrong one. */
@AnalyzeClasses(packages = "org.tocsin", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule onlyRoutingKnowsCamel = noClasses()
            .that()
            .resideOutsideOfPackage("org.tocsin.routing..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.camel..")
            .because("payloads and decisions are typed Java; Camel owns endpoints and the order of steps");

    @ArchTest
    static final ArchRule alertKnowsNothingButTheJdk = noClasses()
            .that()
            .resideInAPackage("org.tocsin.alert..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("org.springframework..", "java.sql..", "javax.sql..")
                    .or(resideInAPackage("org.tocsin..").and(not(resideInAPackage("org.tocsin.alert..")))))
            .because("everything may know an alert, and an alert knows nobody");

    @ArchTest
    static final ArchRule deliveryDoesNotKnowWhereAlertsComeFrom = noClasses()
            .that()
            .resideInAPackage("org.tocsin.delivery..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.tocsin.intake..",
                    "org.tocsin.api..",
                    "org.tocsin.console..",
                    "org.tocsin.cli..",
                    "org.tocsin.routing..");

    @ArchTest
    static final ArchRule intakeDoesNotKnowChannels = noClasses()
            .that()
            .resideInAPackage("org.tocsin.intake..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.tocsin.delivery.whatsapp..", "org.tocsin.delivery.sms..", "org.tocsin.delivery.email..");

    @ArchTest
    static final ArchRule channelsDoNotKnowEachOther =
            com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices()
                    .matching("org.tocsin.delivery.(*)..")
                    .should()
                    .notDependOnEachOther();

    @ArchTest
    static final ArchRule thePartsOfTheIntakeKnowEachOtherOneWayOnly =
            com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices()
                    .matching("org.tocsin.intake.(*)..")
                    .should()
                    .beFreeOfCycles();

    @ArchTest
    static final ArchRule whatTheIntakeSpeaksOfKnowsNoneOfItsParts = noClasses()
            .that()
            .resideInAPackage("org.tocsin.intake")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.tocsin.intake.*..");

    @ArchTest
    static final ArchRule onlyCliKnowsTheSimulator = noClasses()
            .that()
            .resideOutsideOfPackages("org.tocsin.simulator..", "org.tocsin.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.tocsin.simulator..")
            .because("what is simulated must never be needed by what is live");

    @ArchTest
    static final ArchRule theSimulatorKnowsNothingOfTheHub = noClasses()
            .that()
            .resideInAPackage("org.tocsin.simulator..")
            .should()
            .dependOnClassesThat(resideInAPackage("org.tocsin..").and(not(resideInAPackage("org.tocsin.simulator.."))))
            .because("it must be able to disagree with the hub");

    @ArchTest
    static final ArchRule nobodyKnowsTheConsole = isOnTop("console");

    @ArchTest
    static final ArchRule nobodyKnowsTheApi = isOnTop("api");

    @ArchTest
    static final ArchRule nobodyKnowsRouting = isOnTop("routing");

    @ArchTest
    static final ArchRule nothingOnTheWayOfAnAlertKnowsWhoIsToldOfIt = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "org.tocsin.publish..", "org.tocsin.routing..", "org.tocsin.api..", "org.tocsin.setup..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.tocsin.publish..")
            .because("a tool that is slow or away must never be waited for");

    @ArchTest
    static final ArchRule onlyTheCommandsKnowTheWarmUp = noClasses()
            .that()
            .resideOutsideOfPackages("org.tocsin.warmup..", "org.tocsin.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.tocsin.warmup..")
            .because("nothing on the way of an alert may tell practice from earnest");

    /** {@link Tocsin} is the door: it starts the commands, and they start it. */
    @ArchTest
    static final ArchRule onlyTheDoorKnowsTheCommands = noClasses()
            .that()
            .resideOutsideOfPackage("org.tocsin.cli..")
            .and()
            .doNotHaveFullyQualifiedName(Tocsin.class.getName())
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.tocsin.cli..");

    @ArchTest
    static final ArchRule constructorsSayWhatIsNeeded = NO_CLASSES_SHOULD_USE_FIELD_INJECTION;

    @ArchTest
    static final ArchRule oneLoggingOnly = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    @ArchTest
    static final ArchRule settingsAreFoundByTheirNames = classes()
            .that()
            .areAnnotatedWith("org.springframework.boot.context.properties.ConfigurationProperties")
            .should()
            .haveNameMatching(".*(Settings(\\$\\w+)?|Keys)")
            .because("KnownKeys looks only there, and a key that it does not know stops the start");

    @ArchTest
    static final ArchRule transactionsAreTemplates = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("org.springframework.transaction.annotation.Transactional")
            .because("nothing is proxied for it (AutoConfigurationSieve): it would be without effect");

    @ArchTest
    static final ArchRule onlyTheTerminalIsPrintedTo = noClasses()
            .that()
            .resideOutsideOfPackages("org.tocsin.console..", "org.tocsin.cli..")
            .should(ACCESS_STANDARD_STREAMS)
            .because("a log line is escaped and marked; what is printed is not");

    @ArchTest
    static final ArchRule namesSayWhatItIs = noClasses()
            .should()
            .haveNameMatching(".*(Utils?|Helper|Manager|Processor|Impl)")
            .because("such a name says only that nobody knew what it is");

    /**
     * A machine's clock may jump: whatever is decided by an instant asks {@link org.tocsin.delivery.LedgerClock}. Those who
     * are let off only note when something was, or fall back on it before the database is there.
     */
    @ArchTest
    static final ArchRule nothingIsDecidedByTheClockOfThisMachine = noClasses()
            .that()
            .resideOutsideOfPackages("org.tocsin.simulator..", "org.tocsin.console..", "org.tocsin.cli..")
            .and()
            .haveNameNotMatching(
                    ".*\\.(SteadyClock|IntakeGuard|SmsReceipts|WhatsAppWebhook|BounceReceiptReader|FeedClient)")
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(OffsetDateTime.class, "now", ZoneId.class)
            .orShould()
            .callMethod(ZonedDateTime.class, "now", ZoneId.class)
            .orShould()
            .callMethod(LocalDate.class, "now", ZoneId.class)
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callConstructor(Date.class);

    /** Those who let somebody in, or believe a message, for what it proves. */
    private static final String DOORS = ".*\\.(HookProof|Keyring|BrokerDoor|AttemptKey|WhatsAppWebhook)";

    @ArchTest
    static final ArchRule proofsAreComparedInConstantTime = classes()
            .that()
            .haveNameMatching(DOORS)
            .should()
            .callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class)
            .because("how long a comparison takes must not tell how much of a guess is right");

    @ArchTest
    static final ArchRule andInNoOtherWay = noClasses()
            .that()
            .haveNameMatching(DOORS)
            .should()
            .callMethodWhere(DescribedPredicate.describe(
                    "compare what they judge by",
                    call -> call.getOrigin().getName().matches("holds|token|principal|authenticate|read|verify")
                            && call.getTargetOwner()
                                    .getFullName()
                                    .matches("java\\.(lang\\.String|util\\.(Arrays|Objects))")
                            && call.getName().matches("equals|deepEquals|contentEquals|compare(To)?|mismatch")))
            .because("these end at the first difference");

    @ArchTest
    static final ArchRule nobodyWhoKnowsASecretComparesArrays = noClasses()
            .that(DescribedPredicate.describe("reveal a secret", type -> type.getMethodCallsFromSelf().stream()
                    .anyMatch(call -> call.getTargetOwner().isEquivalentTo(Secret.class)
                            && call.getName().equals("reveal"))))
            .should()
            .callMethod(Arrays.class, "equals", byte[].class, byte[].class);

    private static ArchRule isOnTop(String name) {
        String itself = "org.tocsin." + name + "..";
        return noClasses()
                .that()
                .resideOutsideOfPackage(itself)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(itself);
    }
}
