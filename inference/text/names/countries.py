"""Countries: their names, other names and demonyms ("Syrian").

Written for this project from general knowledge. One line per country: its name, its demonyms, and after a bar its other
names.
"""

_TABLE = """
Afghanistan: Afghan Afghani
Albania: Albanian
Algeria: Algerian
Angola: Angolan
Argentina: Argentine Argentinian Argentinean
Armenia: Armenian
Australia: Australian
Austria: Austrian
Azerbaijan: Azerbaijani Azeri
Bahrain: Bahraini
Bangladesh: Bangladeshi
Belarus: Belarusian Belarussian
Belgium: Belgian
Benin: Beninese
Bhutan: Bhutanese
Bolivia: Bolivian
Bosnia and Herzegovina: Bosnian | Bosnia; Bosnia-Herzegovina
Botswana: Botswanan
Brazil: Brazilian
Brunei: Bruneian
Bulgaria: Bulgarian
Burkina Faso: Burkinabe Burkinabé
Burundi: Burundian
Cambodia: Cambodian
Cameroon: Cameroonian
Canada: Canadian
Cape Verde: Cape_Verdean | Cabo Verde
Central African Republic: Central_African | CAR
Chad: Chadian
Chile: Chilean
China: Chinese | People's Republic of China; PRC
Colombia: Colombian
Costa Rica: Costa_Rican
Croatia: Croatian
Cuba: Cuban
Cyprus: Cypriot
Czech Republic: Czech | Czechia
Democratic Republic of the Congo: Congolese | DR Congo; DRC; Democratic Republic of Congo; Congo-Kinshasa
Denmark: Danish
Djibouti: Djiboutian
Ecuador: Ecuadorian Ecuadorean
Egypt: Egyptian
El Salvador: Salvadoran Salvadorian
Eritrea: Eritrean
Estonia: Estonian
Eswatini: | Swaziland
Ethiopia: Ethiopian
Fiji: Fijian
Finland: Finnish
France: French
Gabon: Gabonese
Gambia: Gambian
Georgia: Georgian
Germany: German
Ghana: Ghanaian
Greece: Greek
Guatemala: Guatemalan
Guinea: Guinean
Guinea-Bissau: Bissau-Guinean | Guinea Bissau
Guyana: Guyanese
Haiti: Haitian
Honduras: Honduran
Hungary: Hungarian
Iceland: Icelandic
India: Indian
Indonesia: Indonesian
Iran: Iranian | Islamic Republic of Iran
Iraq: Iraqi
Ireland: Irish | Republic of Ireland
Israel: Israeli
Italy: Italian
Ivory Coast: Ivorian | Côte d'Ivoire; Cote d'Ivoire
Jamaica: Jamaican
Japan: Japanese
Jordan: Jordanian
Kazakhstan: Kazakh Kazakhstani
Kenya: Kenyan
Kosovo: Kosovar Kosovan
Kuwait: Kuwaiti
Kyrgyzstan: Kyrgyz Kyrgyzstani
Laos: Laotian Lao
Latvia: Latvian
Lebanon: Lebanese
Lesotho: Basotho
Liberia: Liberian
Libya: Libyan
Liechtenstein: Liechtensteiner
Lithuania: Lithuanian
Luxembourg: Luxembourgish Luxembourger
Madagascar: Malagasy
Malawi: Malawian
Malaysia: Malaysian
Maldives: Maldivian
Mali: Malian
Malta: Maltese
Mauritania: Mauritanian
Mauritius: Mauritian
Mexico: Mexican
Moldova: Moldovan
Mongolia: Mongolian
Montenegro: Montenegrin
Morocco: Moroccan
Mozambique: Mozambican
Myanmar: Burmese | Burma
Namibia: Namibian
Nepal: Nepali Nepalese
Netherlands: Dutch | Holland
New Zealand: New_Zealander
Nicaragua: Nicaraguan
Niger: Nigerien
Nigeria: Nigerian
North Korea: North_Korean | DPRK; Democratic People's Republic of Korea
North Macedonia: Macedonian
Norway: Norwegian
Oman: Omani
Pakistan: Pakistani
Palau: Palauan
Panama: Panamanian
Papua New Guinea: Papua_New_Guinean | PNG
Paraguay: Paraguayan
Peru: Peruvian
Philippines: Filipino Philippine
Poland: Polish
Portugal: Portuguese
Qatar: Qatari
Republic of the Congo: | Congo-Brazzaville; Republic of Congo
Romania: Romanian
Russia: Russian | Russian Federation
Rwanda: Rwandan
Samoa: Samoan
Saudi Arabia: Saudi Saudi_Arabian | KSA; Kingdom of Saudi Arabia
Senegal: Senegalese
Serbia: Serbian
Seychelles: Seychellois
Sierra Leone: Sierra_Leonean
Singapore: Singaporean
Slovakia: Slovak Slovakian
Slovenia: Slovenian Slovene
Solomon Islands: Solomon_Islander
Somalia: Somali Somalian
South Africa: South_African
South Korea: South_Korean | ROK; Republic of Korea
South Sudan: South_Sudanese
Spain: Spanish
Sri Lanka: Sri_Lankan
Sudan: Sudanese
Suriname: Surinamese
Sweden: Swedish
Switzerland: Swiss
Syria: Syrian | Syrian Arab Republic
Taiwan: Taiwanese
Tajikistan: Tajik Tajikistani
Tanzania: Tanzanian
Thailand: Thai
Togo: Togolese
Tonga: Tongan
Trinidad and Tobago: Trinidadian
Tunisia: Tunisian
Turkey: Turkish | Türkiye; Turkiye
Turkmenistan: Turkmen
Uganda: Ugandan
Ukraine: Ukrainian
United Arab Emirates: Emirati | UAE
United Kingdom: British | UK; Britain; Great Britain; United Kingdom of Great Britain and Northern Ireland
United States: American | US; USA; United States of America
Uruguay: Uruguayan
Uzbekistan: Uzbek Uzbekistani
Vanuatu: Vanuatuan
Vatican City: | Holy See
Venezuela: Venezuelan
Vietnam: Vietnamese | Viet Nam
Yemen: Yemeni
Zambia: Zambian
Zimbabwe: Zimbabwean
"""

ALIASES: dict[str, str] = {}
"""A country's other name → its name."""

DEMONYMS: dict[str, str] = {}
"""A demonym → the country's name."""

for _line in _TABLE.strip().splitlines():
    _name, _, _rest = _line.partition(":")
    _demonyms, _, _aliases = _rest.partition("|")
    DEMONYMS.update({word.replace("_", " "): _name for word in _demonyms.split()})
    ALIASES.update({alias.strip(): _name for alias in _aliases.split(";") if alias.strip()})
