/**
 * Stand-ins for the providers: WhatsApp's Cloud API, an SMSC over SMPP and a mail server, each with a journal of what
 * reached it and with faults that can be switched on per recipient. Nothing depends on this package, and it depends on
 * nothing of the hub: it must be able to disagree with it.
 *
 * <p>Ways in: {@code tocsin simulate} with its options, a {@link org.tocsin.simulator.Scenario} (one YAML file; the
 * example is config/scenarios/bad-day.yaml), and HTTP under {@code /_sim}: {@code journal} (with {@code channel, to, key,
 * since, until, outcome, limit}), {@code counts}, {@code faults}, {@code scenario}, {@code clock}, {@code inbound},
 * {@code subscribe}, {@code assumptions}. How fast it is: {@code SimulatorSpeedBench}.
 *
 * <p>Behaviours of the Cloud API as the project numbers them, and the test that holds each:
 *
 * <table>
 * <caption>Behaviours</caption>
 * <tr><td>1</td><td>bearer token</td><td>CloudApiTest.withoutTheTokenNothingIsRead</td></tr>
 * <tr><td>2</td><td>checked body</td><td>CloudApiTest, ProviderRulesTest.behaviour2…</td></tr>
 * <tr><td>3</td><td>normalised number</td><td>CloudApiTest.aNumberWithoutPlus…</td></tr>
 * <tr><td>4, 5</td><td>shape of 200, wamid</td><td>CloudApiTest.aTemplateIsAccepted…, eachKindOfRecipient…,
 *     theWamidContainsTheNumber</td></tr>
 * <tr><td>6</td><td>no idempotency</td><td>CloudApiTest.theSameBodyTwiceIsTwoMessages</td></tr>
 * <tr><td>7, 8</td><td>statuses</td><td>WebhooksTest.sentDeliveredAndRead…, eachCourse…, aVoiceMessage…,
 *     belowVersion24…</td></tr>
 * <tr><td>9, 10</td><td>window, not on WhatsApp</td><td>CloudApiTest, WebhooksTest</td></tr>
 * <tr><td>11</td><td>templates</td><td>CloudApiTest</td></tr>
 * <tr><td>12 to 17</td><td>pauses, pacing, time to live, throughput, pairs, portfolio</td>
 *     <td>ProviderRulesTest.behaviour12… to behaviour17…</td></tr>
 * <tr><td>19, 20, 21</td><td>webhooks</td><td>WebhooksTest</td></tr>
 * <tr><td>22, 23, 25, 26</td><td>inbound, health, usage, history</td><td>ProviderRulesTest.behaviour22… to 26…</td></tr>
 * <tr><td>part D</td><td>a name that does not resolve; TLS with an expired certificate, one of another host, a handshake that
 *     is cut, plain text on the port ({@link org.tocsin.simulator.TlsDoor})</td><td>WhatsAppOverTlsTest</td></tr>
 * </table>
 *
 * <p>Not simulated: 18 (marketing), 24 (fetching of media links) and 27 (groups) but for the shape of the answer; more than
 * one business account (of numbers there are as many as {@code withPhoneNumberId} names); TLS for the Cloud API alone; a
 * resolver that answers late or wrongly.
 */
@NullMarked
package org.tocsin.simulator;

import org.jspecify.annotations.NullMarked;
