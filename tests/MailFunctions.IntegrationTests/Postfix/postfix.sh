#!/bin/sh
# Runs a Postfix in a folder of its own, apart from the system's. To be run by root, as Postfix demands.
# Usage: postfix.sh FOLDER USER REALM PASSWORD; FOLDER/etc holds main.cf, master.cf, relay.pem and sasl/.
# Each line of its input is a command of postfix(1), such as start or stop; it is answered by a line with that command and
# its exit code. When the input ends, also because the test was killed, Postfix is stopped and the folder removed.
set -u
PATH=/usr/sbin:/usr/bin:/sbin:/bin
folder=$1 user=$2 realm=$3 password=$4
umask 022
# The end of the input is what ends it: a Ctrl-C in the console reaches the test, too.
trap '' HUP INT TERM

{
    chown -R root:root "$folder" && chmod 755 "$folder" && chmod 600 "$folder/etc/relay.pem" &&
        install -d -o root -g root "$folder/queue" && install -d -o postfix -g postfix "$folder/data" &&
        printf '%s' "$password" | saslpasswd2 -p -c -f "$folder/sasldb2" -u "$realm" "$user" &&
        chown root:postfix "$folder/sasldb2" && chmod 640 "$folder/sasldb2"
} >&2
echo "prepare $?"

while read -r command; do
    postfix -c "$folder/etc" "$command" </dev/null >"$folder/out" 2>&1
    code=$?
    # With what it said where it failed, for whoever has to find out why.
    if [ "$code" != 0 ]; then tail -n 40 "$folder/out" "$folder/mail.log" >&2; fi
    echo "$command $code"
done

postfix -c "$folder/etc" stop </dev/null >/dev/null 2>&1
rm -rf -- "$folder"
