@echo off
rem Step 6 of 21: the answer file for the first boot. A caret keeps cmd from reading the sign behind it as its own.
set "FILE=R:\Windows\Panther\unattend.xml"
if not exist "R:\Windows\Panther" mkdir "R:\Windows\Panther"
if exist "%FILE%" del /f /q "%FILE%"
if exist "%FILE%" exit /b 1
>>"%FILE%" echo ^<?xml version="1.0" encoding="utf-8"?^>
>>"%FILE%" echo ^<unattend xmlns="urn:schemas-microsoft-com:unattend"^>
>>"%FILE%" echo   ^<settings pass="specialize"^>
>>"%FILE%" echo     ^<component name="Microsoft-Windows-Shell-Setup" processorArchitecture="amd64"
>>"%FILE%" echo                publicKeyToken="31bf3856ad364e35" language="neutral" versionScope="nonSxS"
>>"%FILE%" echo                xmlns:wcm="http://schemas.microsoft.com/WMIConfig/2002/State"
>>"%FILE%" echo                xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"^>
>>"%FILE%" echo       ^<ComputerName^>HVS-01^</ComputerName^>
>>"%FILE%" echo       ^<ProductKey^>{{secret.product-key}}^</ProductKey^>
>>"%FILE%" echo       ^<RegisteredOrganization^>M^&#252;ller ^&amp; S^&#246;hne ^&lt;"100%%"^&gt; ^(^^^)^</RegisteredOrganization^>
>>"%FILE%" echo       ^<RegisteredOwner^>IT's {best} ]]^&gt; !x!^</RegisteredOwner^>
>>"%FILE%" echo       ^<TimeZone^>W. Europe Standard Time^</TimeZone^>
>>"%FILE%" echo     ^</component^>
>>"%FILE%" echo   ^</settings^>
>>"%FILE%" echo   ^<settings pass="oobeSystem"^>
>>"%FILE%" echo     ^<component name="Microsoft-Windows-International-Core" processorArchitecture="amd64"
>>"%FILE%" echo                publicKeyToken="31bf3856ad364e35" language="neutral" versionScope="nonSxS"
>>"%FILE%" echo                xmlns:wcm="http://schemas.microsoft.com/WMIConfig/2002/State"
>>"%FILE%" echo                xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"^>
>>"%FILE%" echo       ^<InputLocale^>0407:00000407;en-US^</InputLocale^>
>>"%FILE%" echo       ^<SystemLocale^>en-US^</SystemLocale^>
>>"%FILE%" echo       ^<UILanguage^>en-US^</UILanguage^>
>>"%FILE%" echo       ^<UserLocale^>de-DE^</UserLocale^>
>>"%FILE%" echo     ^</component^>
>>"%FILE%" echo     ^<component name="Microsoft-Windows-Shell-Setup" processorArchitecture="amd64"
>>"%FILE%" echo                publicKeyToken="31bf3856ad364e35" language="neutral" versionScope="nonSxS"
>>"%FILE%" echo                xmlns:wcm="http://schemas.microsoft.com/WMIConfig/2002/State"
>>"%FILE%" echo                xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"^>
>>"%FILE%" echo       ^<OOBE^>
>>"%FILE%" echo         ^<HideEULAPage^>true^</HideEULAPage^>
>>"%FILE%" echo       ^</OOBE^>
>>"%FILE%" echo       ^<UserAccounts^>
>>"%FILE%" echo         ^<AdministratorPassword^>
>>"%FILE%" echo           ^<Value^>{{secret.administrator-password}}^</Value^>
>>"%FILE%" echo           ^<PlainText^>false^</PlainText^>
>>"%FILE%" echo         ^</AdministratorPassword^>
>>"%FILE%" echo       ^</UserAccounts^>
>>"%FILE%" echo     ^</component^>
>>"%FILE%" echo   ^</settings^>
>>"%FILE%" echo ^</unattend^>
if not exist "%FILE%" exit /b 1
exit /b 0
