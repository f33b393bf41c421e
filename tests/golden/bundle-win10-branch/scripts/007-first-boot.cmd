@echo off
rem Step 7 of 22: what Windows does at its first boot. A caret keeps cmd from reading the sign behind it as its own.
set "FILE=R:\Windows\Setup\Scripts\SetupComplete.cmd"
if not exist "R:\Windows\Setup\Scripts" mkdir "R:\Windows\Setup\Scripts"
if exist "%FILE%" del /f /q "%FILE%"
if exist "%FILE%" exit /b 1
>>"%FILE%" echo @echo off
>>"%FILE%" echo rem Made by hvsbuild from the spec win10-branch. Windows runs it once, as the system, when it has been
>>"%FILE%" echo rem set up. What is done, and how it ends, is in %%SystemRoot%%\hvsbuild-first-boot.log
>>"%FILE%" echo if not "%%~1"=="logged" ^(
>>"%FILE%" echo     cmd /d /c ""%%~f0" logged" ^>"%%SystemRoot%%\hvsbuild-first-boot.log" 2^>^&1
>>"%FILE%" echo     exit /b 0
>>"%FILE%" echo ^)
>>"%FILE%" echo echo %%DATE%% %%TIME%% 1 of 4: drivers of material/drivers/nic
>>"%FILE%" echo ver ^>nul
>>"%FILE%" echo for /r "%%SystemDrive%%\hvsbuild\drivers-nic" %%%%I in ^(*.inf^) do pnputil -i -a "%%%%I"
>>"%FILE%" echo echo   ended with code %%ERRORLEVEL%%
>>"%FILE%" echo echo %%DATE%% %%TIME%% 2 of 4: enable the feature TelnetClient
>>"%FILE%" echo ver ^>nul
>>"%FILE%" echo dism /online /enable-feature /featurename:TelnetClient /all /quiet /norestart
>>"%FILE%" echo echo   ended with code %%ERRORLEVEL%%
>>"%FILE%" echo echo %%DATE%% %%TIME%% 3 of 4: powercfg /h off
>>"%FILE%" echo ver ^>nul
>>"%FILE%" echo powercfg /h off
>>"%FILE%" echo echo   ended with code %%ERRORLEVEL%%
>>"%FILE%" echo echo %%DATE%% %%TIME%% 4 of 4: netsh advfirewall set allprofiles state on
>>"%FILE%" echo ver ^>nul
>>"%FILE%" echo netsh advfirewall set allprofiles state on
>>"%FILE%" echo echo   ended with code %%ERRORLEVEL%%
>>"%FILE%" echo echo %%DATE%% %%TIME%% all done
>>"%FILE%" echo exit /b 0
if not exist "%FILE%" exit /b 1
exit /b 0
