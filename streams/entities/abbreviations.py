"""Short names that everybody knows, so that the news never spells them out. Written for this project."""

from streams.entities.fold import fold

_TABLE = """
European Union: EU
United Nations: UN; UNO; U.N.
North Atlantic Treaty Organization: NATO
World Health Organization: WHO
International Monetary Fund: IMF
World Trade Organization: WTO
International Criminal Court: ICC
International Court of Justice: ICJ
International Atomic Energy Agency: IAEA
United Nations Security Council: UN Security Council; UNSC
African Union: AU
Association of Southeast Asian Nations: ASEAN
Organization of the Petroleum Exporting Countries: OPEC
European Central Bank: ECB
Federal Reserve: the Fed; Federal Reserve System; US Federal Reserve; Federal Reserve Board
Federal Bureau of Investigation: FBI
Central Intelligence Agency: CIA
National Aeronautics and Space Administration: NASA
Immigration and Customs Enforcement: ICE; US Immigration and Customs Enforcement
Centers for Disease Control and Prevention: CDC; US Centers for Disease Control and Prevention
Federal Aviation Administration: FAA
Securities and Exchange Commission: SEC; US Securities and Exchange Commission
British Broadcasting Corporation: BBC
Islamic State: ISIS; ISIL; Daesh; Islamic State of Iraq and Syria; Islamic State of Iraq and the Levant; IS group
Israel Defense Forces: IDF; Israeli military; Israeli Armed Forces; Israeli Defense Forces
Islamic Revolutionary Guard Corps: IRGC; Revolutionary Guards; Revolutionary Guard; Revolutionary Guard Corps
Rapid Support Forces: RSF
March 23 Movement: M23; M23 movement
Gaza Strip: Gaza
Vatican City: Vatican; Vatican City State
Washington, D.C.: Washington DC
Palestinians: Palestinian
Houthis: Houthi; Houthi movement; Ansar Allah
Kurds: Kurdish
Twitter: X
Republican Party: Republicans; Republican; GOP
Democratic Party: Democrats; Democrat; Democratic
United States dollar: US dollar; USD; US$
New York City: NYC
People's Liberation Army: PLA
Security Service of Ukraine: SBU
Federal Security Service: FSB
"""

FULL_NAMES: dict[str, str] = {}
"""Full name, by folded short name."""

for _line in _TABLE.strip().splitlines():
    _name, _, _short = _line.partition(":")
    FULL_NAMES |= {fold(short): _name for short in _short.split(";")}
FULL_NAMES = {short: name for short, name in FULL_NAMES.items() if short != fold(name)}
