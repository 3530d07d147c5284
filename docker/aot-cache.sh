#!/usr/bin/env bash
# usage: aot-cache.sh CACHE [JAR]    in a folder that holds config/ and routes/, and jvm.options or config/jvm.options; JAR is
# tocsin.jar, with lib/ beside it. Needs Java 25 or newer.
#
# Makes the file that a hub's JVM starts from (-XX:AOTCache=CACHE): the classes that it needs, and what of them was worth
# compiling while one alert went to 20,000 invented people, in a world that is simulated inside the process. Only this JVM
# with these very jars, at this very path, uses it; any other ignores it.
set -euo pipefail
cache=$1
jar=${2:-tocsin.jar}
options=jvm.options
[ -f "$options" ] || options=config/jvm.options
people=20000
seconds=300
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Numbers of the ranges that ARCEP keeps for fiction: nobody has them.
awk -v people="$people" 'BEGIN {
  split("+3319900 +3326191 +3335301 +3346571 +3353649 +3363998", range, " ")
  print "id,name,language,phone,email,groups,lat,lon,opt_in"
  for (i = 0; i < people; i++)
    printf "t%05d,Invented %05d,%s,%s%04d,t%05d@people.example.org,flood-zone-a,,,whatsapp;email\n",
      i, i, i % 2 ? "fr" : "en", range[i % 6 + 1], i / 6, i
}' > "$work/contacts.csv"

java -XX:AOTCacheOutput="$cache" -Xlog:aot=off -Xlog:cds=off "@$options" -jar "$jar" serve \
  --tocsin.demo=true --tocsin.data-dir="$work/data" --tocsin.contacts="$work/contacts.csv" \
  --tocsin.whatsapp.messages-per-second=0 --server.port=0 --management.server.port=0 \
  --tocsin.broker.mqtt-port=0 --tocsin.broker.jms-port=0 > "$work/log" 2>&1 &
hub=$!
told=0
for ((waited = 0; waited < seconds && told < people; waited++)); do
  sleep 1
  kill -0 "$hub" || break
  told=$(grep -c "whatsapp  accepted" "$work/log" || true)
done
# Told to stop, the JVM writes the file.
kill -TERM "$hub" || true
wait "$hub" || true
if [ ! -s "$cache" ] || [ "$told" -lt "$people" ]; then
  tail -50 "$work/log" >&2
  echo "aot-cache.sh: $told of $people were told within $seconds s" >&2
  exit 1
fi
echo "$cache: $(du -h "$cache" | cut -f1), from $told messages"
