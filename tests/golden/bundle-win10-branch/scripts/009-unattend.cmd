@echo off
rem Step 9 of 22: the answer file for the first boot. A caret keeps cmd from reading the sign behind it as its own.
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
>>"%FILE%" echo       ^<ComputerName^>BRANCH-01^</ComputerName^>
>>"%FILE%" echo       ^<RegisteredOrganization^>Example AG^</RegisteredOrganization^>
>>"%FILE%" echo       ^<TimeZone^>W. Europe Standard Time^</TimeZone^>
>>"%FILE%" echo     ^</component^>
>>"%FILE%" echo   ^</settings^>
>>"%FILE%" echo   ^<settings pass="oobeSystem"^>
>>"%FILE%" echo     ^<component name="Microsoft-Windows-International-Core" processorArchitecture="amd64"
>>"%FILE%" echo                publicKeyToken="31bf3856ad364e35" language="neutral" versionScope="nonSxS"
>>"%FILE%" echo                xmlns:wcm="http://schemas.microsoft.com/WMIConfig/2002/State"
>>"%FILE%" echo                xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"^>
>>"%FILE%" echo       ^<InputLocale^>de-DE^</InputLocale^>
>>"%FILE%" echo       ^<SystemLocale^>de-DE^</SystemLocale^>
>>"%FILE%" echo       ^<UILanguage^>en-US^</UILanguage^>
>>"%FILE%" echo       ^<UserLocale^>de-DE^</UserLocale^>
>>"%FILE%" echo     ^</component^>
>>"%FILE%" echo     ^<component name="Microsoft-Windows-Shell-Setup" processorArchitecture="amd64"
>>"%FILE%" echo                publicKeyToken="31bf3856ad364e35" language="neutral" versionScope="nonSxS"
>>"%FILE%" echo                xmlns:wcm="http://schemas.microsoft.com/WMIConfig/2002/State"
>>"%FILE%" echo                xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"^>
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
